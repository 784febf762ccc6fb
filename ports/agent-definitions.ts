import type { JsonObject } from '#domain/json/json.ts'

/** Definitions kept of one agent: the ones that were seen last. */
export const MOST_DEFINITIONS = 20

/** When servers have had one definition of an agent. */
export interface SeenDefinition {
  readonly agent: string
  /** Of the whole definition: 16 hexadecimal digits. */
  readonly fingerprint: string
  readonly firstSeenAt: number
  readonly lastSeenAt: number
}

export interface KeptDefinition extends SeenDefinition {
  /** As a key with the scope `admin` was shown it; `null` where it is too large to be kept. */
  readonly definition: JsonObject | null
}

/**
 * The definitions that agents have had on this installation.
 * An implementation is correct when `test/contracts/agent-definitions.contract.ts` passes.
 */
export interface AgentDefinitions {
  /** All that is kept of all agents, without the definitions. */
  seen(): Promise<readonly SeenDefinition[]>

  /** Of one agent: seen last first. */
  of(agent: string): Promise<readonly KeptDefinition[]>

  /**
   * Where a definition is known, it only becomes seen later, never earlier. Of each agent named,
   * more than `MOST_DEFINITIONS` are forgotten.
   */
  put(entries: readonly KeptDefinition[]): Promise<void>
}
