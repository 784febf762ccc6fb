// The server whose death leaves work in flight, and the one that ends that work. With HANG, its tools hang.
import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { defineConfig } from '#composition/config/config.ts'
import { serveProject } from '#composition/node/serve.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { tool } from '#test/support/tools.ts'

const { HANG, ...env } = process.env
const run = () => (HANG === undefined ? 'done' : new Promise<never>(() => undefined))
const worker = defineAgent({
  name: 'worker',
  instructions: 'Work.',
  tools: [
    tool('look', run, { effect: 'read' }),
    tool('save', run, { effect: 'idempotent' }),
    tool('send', run, { effect: 'once' }),
  ],
})
const like = { runtime: 'node', listen, peerAddress }
await serveProject({ config: defineConfig({ agents: [worker] }) }, { env, like })
