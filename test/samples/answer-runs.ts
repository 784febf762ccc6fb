import * as z from 'zod'
import { ModelError } from '#domain/model/errors.ts'
import { answer } from '#test/support/script.ts'
import type { Run } from './sample-job.ts'

const agent = { output: z.object({ title: z.string() }) }

export const ANSWER_RUNS: readonly Run[] = [
  {
    name: 'an answer that was corrected',
    agent,
    play: (job) => job.run([answer('A fine apron.'), answer('{"title":7}'), answer('{"title":"Linen"}')]),
  },
  {
    name: 'a model that another one stood in for',
    agent: { model: 'openai/gpt-5', fallbackModels: ['anthropic/claude-sonnet-4-5'] },
    play: (job) => job.run([new ModelError('No such model.', { retryable: false }), answer('Done.')]),
  },
  {
    name: 'an input with a file',
    fields: { input: { sku: 'apron', photo: 'https://shop.example.com/apron.png' }, files: ['photo'] },
    play: (job) => job.run([answer('An apron.')]),
  },
  { name: 'an answer that does not fit', agent, play: (job) => job.run([answer('a'), answer('b'), answer('c')]) },
]
