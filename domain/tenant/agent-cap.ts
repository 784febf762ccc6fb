import type { Cap } from './shared-cap.ts'

/** The limit of one agent, for work that counts towards the limit of its tenant as well. */
export class AgentCap implements Cap {
  readonly #tenants: Cap
  readonly #agents: Cap
  readonly #agent: string

  /** @param agents limits of agents, by name. */
  constructor(tenants: Cap, agents: Cap, agent: string) {
    this.#tenants = tenants
    this.#agents = agents
    this.#agent = agent
  }

  most(tenantId: string): number | null {
    return this.#tenants.most(tenantId)
  }

  room(tenantId: string): number | null {
    const ofTenant = this.#tenants.room(tenantId)
    const ofAgent = this.#agents.room(this.#agent)
    return ofTenant === null || ofAgent === null ? (ofTenant ?? ofAgent) : Math.min(ofTenant, ofAgent)
  }

  take(tenantId: string): void {
    this.#tenants.take(tenantId)
    this.#agents.take(this.#agent)
  }

  release(tenantId: string): void {
    this.#tenants.release(tenantId)
    this.#agents.release(this.#agent)
  }

  onRoom(listener: () => void): void {
    this.#tenants.onRoom(listener)
    this.#agents.onRoom(listener)
  }
}
