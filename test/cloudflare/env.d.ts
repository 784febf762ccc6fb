declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('./worker.ts')
    durableNamespaces: 'AgentJob' | 'BulkOperation' | 'SampleShop' | 'ContractHost' | 'HeldJob'
  }
  interface Env {
    AGENT_JOB: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').AgentJob>>
    BULK_OPERATION: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').BulkOperation>>
    JOB_INDEX: D1Database
    SAMPLE_SHOP: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').SampleShop>>
    HELD_JOB: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').HeldJob>>
    CONTRACT_HOST: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').ContractHost>>
  }
}
