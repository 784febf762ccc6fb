declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('./worker.ts')
    durableNamespaces:
      | 'AgentJob'
      | 'BulkOperation'
      | 'Schedule'
      | 'ScheduleLimit'
      | 'WebhookLog'
      | 'Batch'
      | 'SampleShop'
      | 'ContractHost'
      | 'HeldJob'
  }
  interface Env {
    AGENT_JOB: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').AgentJob>>
    BULK_OPERATION: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').BulkOperation>>
    SCHEDULE: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').Schedule>>
    SCHEDULE_LIMIT: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').ScheduleLimit>>
    JOB_INDEX: D1Database
    WEBHOOK_LOG: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').WebhookLog>>
    BATCH: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').Batch>>
    SAMPLE_SHOP: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').SampleShop>>
    HELD_JOB: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').HeldJob>>
    CONTRACT_HOST: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').ContractHost>>
  }
}
