declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('./worker.ts')
    durableNamespaces: 'AgentJob' | 'BulkOperation' | 'SampleShop' | 'ContractHost'
  }
  interface Env {
    AGENT_JOB: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').AgentJob>>
    BULK_OPERATION: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').BulkOperation>>
    JOB_INDEX: D1Database
    SAMPLE_SHOP: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').SampleShop>>
    CONTRACT_HOST: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').ContractHost>>
  }
}
