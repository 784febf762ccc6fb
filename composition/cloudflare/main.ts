import { agents } from '../agents.ts'
import { createWorker } from './worker.ts'

const worker = createWorker(agents)

export const { AgentJob, BulkOperation, SampleShop } = worker
export default worker.handler
