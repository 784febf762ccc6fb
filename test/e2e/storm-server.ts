import { defineConfig } from '#composition/config/config.ts'
import { serve } from '#composition/public/node.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { ordersWebhook } from '#test/support/orders-webhook.ts'

// A project with a webhook for the storm, played by the offline model.
const writer = defineAgent({ name: 'writer', instructions: 'Thank for the order.' })
await serve(defineConfig({ agents: [writer], webhooks: [ordersWebhook('writer')] }))
