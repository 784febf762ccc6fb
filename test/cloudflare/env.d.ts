declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('./worker.ts')
    durableNamespaces: 'AgentJob' | 'SampleShop' | 'ContractHost'
  }
  interface Env {
    AGENT_JOB: DurableObjectNamespace<import('./worker.ts').AgentJob>
    SAMPLE_SHOP: DurableObjectNamespace<import('./worker.ts').SampleShop>
    CONTRACT_HOST: DurableObjectNamespace<import('./worker.ts').ContractHost>
  }
}
