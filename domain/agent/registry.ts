import { DefinitionError, UnknownAgentError } from '../errors.ts'
import type { Agent } from './agent.ts'

/** The agents of this installation, by name. */
export class AgentRegistry {
  readonly #agents: ReadonlyMap<string, Agent>

  /** @throws {DefinitionError} when two agents share a name. */
  constructor(agents: readonly Agent[]) {
    this.#agents = new Map(agents.map((agent) => [agent.name, agent]))
    const twice = agents.find((agent) => this.#agents.get(agent.name) !== agent)
    if (twice) throw new DefinitionError(`Two agents are named "${twice.name}".`)
  }

  /** @throws {UnknownAgentError} */
  get(name: string): Agent {
    const agent = this.#agents.get(name)
    if (!agent) throw new UnknownAgentError(name, [...this.#agents.keys()])
    return agent
  }

  list(): readonly Agent[] {
    return [...this.#agents.values()]
  }
}
