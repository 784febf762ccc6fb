// The real Worker, with the agent of the workload.

import { env } from 'cloudflare:workers'
import { defineConfig } from '#composition/config/config.ts'
import { createWorker } from '#composition/cloudflare/worker.ts'
import { benchAgent } from '../agent.ts'

const worker = createWorker(
  defineConfig({ agents: [benchAgent(() => (env as { BENCH_MODEL_URL?: string }).BENCH_MODEL_URL ?? '')] }),
)

export const { AgentJob, BulkOperation, Schedule, ScheduleLimit, WebhookLog, Batch } = worker
export default worker.handler
