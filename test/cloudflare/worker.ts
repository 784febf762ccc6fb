import { DurableObject } from 'cloudflare:workers'

export { AgentJob, BulkOperation, Schedule, ScheduleLimit, SampleShop } from '#composition/cloudflare/main.ts'
export { HeldJob } from './held-job.ts'
export { default } from '#composition/cloudflare/main.ts'

/** An empty object with a database and an alarm, in which a contract case can be run. */
export class ContractHost extends DurableObject {}
