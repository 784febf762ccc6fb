// An author's program: a server and its client, both from the installed package.
import { defineAgent, defineConfig, defineTool } from 'errand'
import { ErrandClient } from 'errand/client'
import { serve } from 'errand/node'
import { ManualClock, ScriptedModels } from 'errand/testing'
import * as z from 'zod'

const countWords = defineTool({
  name: 'count_words',
  description: 'Count the words of a text.',
  effect: 'read',
  input: z.object({ text: z.string() }),
  run: ({ text }) => ({ words: text.split(' ').length }),
})
const slogan = defineAgent({ name: 'slogan', instructions: 'Find a slogan.', tools: [countWords] })

const server = await serve(defineConfig({ agents: [slogan] }))
const client = new ErrandClient({ baseUrl: server.url })
const job = await client.submit({ agent: 'slogan', input: { product: 'apron' } })
const { status, report } = await client.wait(job.id)
await server.close()
console.log(`${status}: ${report?.output ?? ''}`)
if (new ManualClock().monotonic() !== 0 || !new ScriptedModels({})) process.exitCode = 1
