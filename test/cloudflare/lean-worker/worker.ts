import { defineAgent, defineConfig } from 'errand'
import { createWorker } from 'errand/cloudflare'

// The smallest project: what of its bundle is Errand's.
const worker = createWorker(defineConfig({ agents: [defineAgent({ name: 'slogan', instructions: 'Be brief.' })] }))

export const { AgentJob, BulkOperation, Schedule, ScheduleLimit, WebhookLog, Batch } = worker
export default worker.handler
