// The real server, as `npm start` starts it, with an agent that has one tool.

import * as z from 'zod'
import { startServer } from '#composition/node-server.ts'
import { parseNodeSettings } from '#composition/settings.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { defineTool } from '#domain/agent/tool.ts'
import type { JsonValue } from '#domain/json.ts'

const { BENCH_MODEL_URL: model = '', ...env } = process.env

const lookup = defineTool({
  name: 'lookup',
  description: 'Look something up.',
  effect: 'read',
  input: z.object({ n: z.number() }),
  async run(input, { signal }) {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal,
    }
    return (await (await fetch(`${model}/tool`, init)).json()) as JsonValue
  },
})

const settings = parseNodeSettings({
  ...env,
  OPENAI_COMPATIBLE_BASE_URL: `${model}/v1`,
  ERRAND_MODEL: 'openai-compatible/fake',
})
await startServer(settings, () => [defineAgent({ name: 'bench', instructions: 'Use the tool.', tools: [lookup] })])
