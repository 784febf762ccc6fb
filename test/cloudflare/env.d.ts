declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('./worker.ts')
    durableNamespaces: 'AgentJob' | 'SampleShop' | 'ContractHost'
  }
  interface Env {
    AGENT_JOB: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').AgentJob>>
    SAMPLE_SHOP: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').SampleShop>>
    CONTRACT_HOST: DurableObjectNamespace<InstanceType<typeof import('./worker.ts').ContractHost>>
  }
}
