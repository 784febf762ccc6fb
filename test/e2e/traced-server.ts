import * as z from 'zod'
import { defineConfig } from '#composition/config/config.ts'
import { serve } from '#composition/public/node.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { defineTool } from '#domain/agent/tool.ts'

/** With `HANGS`, it never ends: the server is killed in it. */
const look = defineTool({
  name: 'look',
  description: 'Looks.',
  effect: 'read',
  input: z.object({ where: z.string() }),
  run: () => (process.env['HANGS'] === 'yes' ? new Promise<string>(() => undefined) : 'seen'),
})

await serve(defineConfig({ agents: [defineAgent({ name: 'slogan', instructions: 'Be brief.', tools: [look] })] }))
