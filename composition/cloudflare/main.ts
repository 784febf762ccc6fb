import { config } from '../agents.ts'
import { createWorker } from './worker.ts'

const worker = createWorker(config)

export const { AgentJob, BulkOperation, Schedule, ScheduleLimit, SampleShop } = worker
export default worker.handler
