/** The Durable Object classes of a Worker, each with its binding. On Cloudflare these names are for ever. */
export const DURABLE_OBJECTS = {
  AgentJob: 'AGENT_JOB',
  BulkOperation: 'BULK_OPERATION',
  Schedule: 'SCHEDULE',
  ScheduleLimit: 'SCHEDULE_LIMIT',
  WebhookLog: 'WEBHOOK_LOG',
  Batch: 'BATCH',
} as const
