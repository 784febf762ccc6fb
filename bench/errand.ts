// The real server, as `npm start` starts it, with the agent of the workload.

import { flushCompileCache } from 'node:module'
import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { defineConfig } from '#composition/config/config.ts'
import { startServer } from '#composition/node/server.ts'
import { parseNodeSettings } from '#composition/settings/settings.ts'
import { ordersWebhook } from '#test/support/orders-webhook.ts'
import { benchAgent } from './agent.ts'

const { BENCH_MODEL_URL: model = '', BENCH_EFFECT: effect, ...env } = process.env

const settings = parseNodeSettings({
  ...env,
  OPENAI_COMPATIBLE_BASE_URL: `${model}/v1`,
  ERRAND_MODEL: 'openai-compatible/fake',
})
const agents = [benchAgent(() => model, effect === 'once' ? effect : 'read')]
const config = defineConfig({ agents, webhooks: [ordersWebhook('bench')] })
await startServer(settings, { config }, { runtime: 'node', listen, peerAddress })
flushCompileCache()
