import type { Agent } from '#domain/agent/agent.ts'
import { type Fields, checkFields } from '#domain/agent/definition.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { World } from './world.ts'

/** A list, or a function that makes it of what the runtime offers and of the author's own ports. */
export type Made<List, Ports extends object> = List | ((world: World<Ports>) => List)

/** What an author writes in `errand.config.ts`: one value for every runtime. */
export interface Config<Agents extends readonly Agent[] = readonly Agent[], Ports extends object = object> {
  readonly agents: Made<Agents, Ports>
}

// A new field has a line in `Config`, a line here, and one in `Parts` (parts.ts).
const FIELDS: Fields<keyof Config> = {
  agents: { type: 'made' },
}

/** @throws {DefinitionError} naming what is wrong: a misspelt field, an entry that is no agent, two agents of one name. */
export function defineConfig<const Agents extends readonly Agent[], Ports extends object = object>(
  config: Config<Agents, Ports>,
): Config<Agents, Ports> {
  checkFields('config', config, FIELDS)
  // What a factory returns is checked when the server starts.
  if (typeof config.agents !== 'function') new AgentRegistry(config.agents)
  return config
}
