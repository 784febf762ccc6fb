import { DefinitionError, UnknownAgentError } from './errors.ts'
import { type Agent, isAgent } from './agent.ts'
import { problemInList } from './definition.ts'

/** The agents of this installation, by name. */
export class AgentRegistry {
  readonly #agents: ReadonlyMap<string, Agent>

  /** @throws {DefinitionError} when two agents share a name, and for an entry that is no agent. */
  constructor(agents: readonly Agent[]) {
    checkEntries(agents)
    this.#agents = new Map(agents.map((agent) => [agent.name, agent]))
    const twice = agents.find((agent) => this.#agents.get(agent.name) !== agent)
    if (twice) throw new DefinitionError(`Two agents are named "${twice.name}".`)
  }

  has(name: string): boolean {
    return this.#agents.has(name)
  }

  /** @throws {UnknownAgentError} */
  get(name: string): Agent {
    const agent = this.#agents.get(name)
    if (!agent) throw new UnknownAgentError(name, [...this.#agents.keys()])
    return agent
  }

  /** A registry of the agents in `names` alone; `null` for all. */
  only(names: readonly string[] | null): AgentRegistry {
    return names === null ? this : new AgentRegistry(this.list().filter(({ name }) => names.includes(name)))
  }

  list(): readonly Agent[] {
    return [...this.#agents.values()]
  }
}

function checkEntries(agents: unknown): void {
  if (!Array.isArray(agents)) throw new DefinitionError('The agents must be a list, [slogan, …].')
  const problem = problemInList(agents, { isMade: isAgent, maker: 'defineAgent' })
  if (problem !== null) throw new DefinitionError(`Of the agents, ${problem}.`)
}
