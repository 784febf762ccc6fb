import { defineAgent, defineTool } from 'errand'
import * as z from 'zod'

const countWords = defineTool({
  name: 'count_words',
  description: 'Count the words of a slogan.',
  // It changes nothing, so it may be called again after a crash.
  effect: 'read',
  input: z.object({ text: z.string() }),
  run: ({ text }) => ({ words: text.split(/\s+/).filter(Boolean).length }),
})

export const slogan = defineAgent({
  name: 'slogan',
  description: 'Finds a slogan for a product.',
  instructions: 'Answer with one slogan for the product, and nothing else. Count its words: six at most.',
  input: z.object({ product: z.string() }),
  tools: [countWords],
})
