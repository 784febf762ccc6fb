import type { Agent } from '#domain/agent/agent.ts'
import type { AgentRegistry } from '#domain/agent/registry.ts'
import { type JsonObject, canonicalJson } from '#domain/json/json.ts'
import type { AgentDefinitions, KeptDefinition, SeenDefinition } from '#ports/agent-definitions.ts'
import type { Clock } from '#ports/clock.ts'
import type { Hasher } from '#ports/hasher.ts'

/** Characters of a definition as JSON. A larger one is noted, and not kept. */
const MOST_CHARACTERS = 100_000

/** While nothing changes, a definition is noted again after this time, so that starts of processes write little. */
const NOTED_AGAIN_MS = 86_400_000

export interface AgentVersionsDeps {
  readonly agents: AgentRegistry
  readonly definitions: AgentDefinitions
  /** The definition of an agent as it may be kept: without secrets. */
  readonly shownDefinition: (agent: Agent) => JsonObject
  readonly hasher: Hasher
  readonly clock: Pick<Clock, 'now'>
}

export interface AgentVersion extends KeptDefinition {
  /** Whether it is the definition that this process has. */
  readonly isCurrent: boolean
}

/** Which definitions the agents have had, noted by processes that start. */
export class AgentVersions {
  readonly #deps: AgentVersionsDeps

  constructor(deps: AgentVersionsDeps) {
    this.#deps = deps
  }

  /** At a start. Where nothing has changed, it reads a few rows and writes none. */
  async note(): Promise<void> {
    const { agents, definitions, clock } = this.#deps
    const now = clock.now()
    const seen = await definitions.seen()
    const current = await Promise.all(agents.list().map((agent) => this.#current(agent, now)))
    const news = current.filter((entry) => isNews(entry, seen))
    if (news.length > 0) await definitions.put(news)
  }

  /** Of one agent: seen last first. */
  async list(agent: Agent): Promise<readonly AgentVersion[]> {
    const { fingerprint } = await this.#current(agent, 0)
    const kept = await this.#deps.definitions.of(agent.name)
    return kept.map((entry) => ({ ...entry, isCurrent: entry.fingerprint === fingerprint }))
  }

  async #current(agent: Agent, now: number): Promise<KeptDefinition> {
    const definition = this.#deps.shownDefinition(agent)
    const text = canonicalJson(definition)
    return {
      agent: agent.name,
      fingerprint: (await this.#deps.hasher.sha256(text)).slice(0, 16),
      firstSeenAt: now,
      lastSeenAt: now,
      definition: text.length > MOST_CHARACTERS ? null : definition,
    }
  }
}

/** A definition that is new, or came back after another one, or was last noted long ago. */
function isNews({ agent, fingerprint, lastSeenAt: now }: KeptDefinition, seen: readonly SeenDefinition[]): boolean {
  const known = seen.filter((entry) => entry.agent === agent)
  const same = known.find((entry) => entry.fingerprint === fingerprint)
  if (!same || now - same.lastSeenAt >= NOTED_AGAIN_MS) return true
  return known.some(({ lastSeenAt }) => lastSeenAt > same.lastSeenAt)
}
