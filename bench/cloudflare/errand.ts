// The real Worker, with the agent of the workload.

import { env } from 'cloudflare:workers'
import { defineConfig } from '#composition/config/config.ts'
import { createWorker } from '#composition/cloudflare/worker.ts'
import { benchAgent } from '../agent.ts'

const vars = env as { readonly BENCH_MODEL_URL?: string; readonly BENCH_EFFECT?: string }
const agent = benchAgent(() => vars.BENCH_MODEL_URL ?? '', vars.BENCH_EFFECT === 'once' ? 'once' : 'read')
const worker = createWorker(defineConfig({ agents: [agent] }))

export const { AgentJob, BulkOperation, Schedule, ScheduleLimit, WebhookLog, Batch } = worker
export default worker.handler
