import { DurableObject } from 'cloudflare:workers'

export {
  AgentJob,
  BulkOperation,
  Schedule,
  ScheduleLimit,
  WebhookLog,
  Batch,
  SampleShop,
} from '../../examples/shop/worker.ts'
export { HeldJob } from './held-job.ts'
export { default } from '../../examples/shop/worker.ts'

/** An empty object with a database and an alarm, in which a contract case can be run. */
export class ContractHost extends DurableObject {}
