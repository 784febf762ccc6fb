// What an author writes, compiled by `test/package/package.test.ts` against the packed package.
import { type Agent, type Tool, defineAgent, defineConfig, defineTool } from 'errand'
import { ErrandClient, ErrandError, type Job, verifyCallback } from 'errand/client'
import { ManualClock, ScriptedModels, says } from 'errand/testing'
import * as z from 'zod'

const saveSlogan: Tool = defineTool({
  name: 'save_slogan',
  description: 'Save a slogan.',
  effect: 'idempotent',
  input: z.object({ text: z.string() }),
  run: ({ text }, { idempotencyKey, signal }) => ({ saved: text.length > 0 && !signal.aborted, under: idempotencyKey }),
})

export const slogan: Agent = defineAgent({ name: 'slogan', instructions: 'Find a slogan.', tools: [saveSlogan] })
export const config = defineConfig({ agents: [slogan] })
// @ts-expect-error: a misspelt field is found before the program starts.
export const misspelt = defineConfig({ agent: [slogan] })

export async function submit(url: string): Promise<Job | null> {
  const client = new ErrandClient({ baseUrl: url })
  try {
    return await client.submit({ agent: 'slogan', input: { product: 'apron' } })
  } catch (error) {
    if (error instanceof ErrandError) return null
    throw error
  }
}

export const forTests = [
  new ManualClock(),
  new ScriptedModels({ slogan: () => says('Six fine words.') }),
  verifyCallback,
]
