import * as z from 'zod'
import { type Agent, defineAgent } from '#domain/agent/agent.ts'
import { type Effect, defineTool } from '#domain/agent/tool.ts'
import type { JsonValue } from '#domain/json/json.ts'

/** The agent of the workload: one tool, which is the other side of the model at `modelUrl()`. */
export function benchAgent(modelUrl: () => string, effect: Effect = 'read'): Agent {
  const lookup = defineTool({
    name: 'lookup',
    description: 'Look something up.',
    effect,
    input: z.object({ n: z.number() }),
    async run(input, { signal }) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
        signal,
      }
      return (await (await fetch(`${modelUrl()}/tool`, init)).json()) as JsonValue
    },
  })
  return defineAgent({ name: 'bench', instructions: 'Use the tool.', tools: [lookup] })
}
