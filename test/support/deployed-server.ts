// The real server of a release that has the agents named in DEPLOYED_AGENTS, separated by commas, and no other.
import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { defineConfig } from '#composition/config/config.ts'
import { startServer } from '#composition/node/server.ts'
import { parseNodeSettings } from '#composition/settings/settings.ts'
import { defineAgent } from '#domain/agent/agent.ts'

const { DEPLOYED_AGENTS: names = '', ...env } = process.env
const deployed = names.split(',').map((name) => defineAgent({ name, instructions: 'Answer.' }))
await startServer(
  parseNodeSettings(env),
  { config: defineConfig({ agents: deployed }) },
  { runtime: 'node', listen, peerAddress },
)
