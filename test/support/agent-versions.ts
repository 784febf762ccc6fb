import { SqlAgentDefinitions } from '#adapters/sql/agent-definitions.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { AgentVersions } from '#application/agent/agent-versions.ts'
import { shownDefinition } from '#composition/shown-definition.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { Clock } from '#ports/clock.ts'

/** One of the settings' secrets. */
export const SECRET = 'sk-of-the-author-1234'

export interface Starts {
  readonly agentVersions: AgentVersions
  /** As a process that starts with these agents. */
  readonly startWith: (agents: readonly Agent[]) => Promise<void>
}

interface StartsDeps {
  readonly agents: readonly Agent[]
  readonly clock: Pick<Clock, 'now'>
  /** The database has its tables. */
  readonly ready: Promise<unknown>
}

/** The versions of agents, in this database. */
export function startsOn(db: SqlDatabase, { agents, clock, ready }: StartsDeps): Starts {
  const versionsWith = (own: readonly Agent[]): AgentVersions =>
    new AgentVersions({
      agents: new AgentRegistry(own),
      definitions: new SqlAgentDefinitions(db),
      shownDefinition: shownDefinition({ defaultModel: 'scripted/test', secrets: [SECRET] }),
      hasher: new WebHasher(),
      clock,
    })
  return {
    agentVersions: versionsWith(agents),
    startWith: async (own) => {
      await ready
      await versionsWith(own).note()
    },
  }
}
