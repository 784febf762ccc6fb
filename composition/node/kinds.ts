import { JOB_WAKES } from '#adapters/sql/jobs-table.ts'
import { RECORD_WAKES } from '#adapters/sql/record-store.ts'
import type { WakeTable } from '#adapters/sql/wake-table.ts'
import type { ExecutedAgents } from '#ports/due.ts'
import { AgentCap } from '#domain/tenant/agent-cap.ts'
import { type Cap, SharedCap } from '#domain/tenant/shared-cap.ts'
import type { EngineOptions, Left, Work } from './storage.ts'

/** One kind of work that is done when its time has come, the same on each storage. */
export interface WorkKind {
  readonly kind: string
  readonly table: WakeTable
  /** Whose jobs; all if absent. */
  readonly agents?: ExecutedAgents
  /** The one agent whose jobs these are. */
  readonly agent?: string
  /** At once in this process. */
  readonly places: number
  /** At once for a tenant, in all processes, with other kinds that share the limit. */
  readonly cap?: Cap
  /** Of the places, the part that one of several tenants may hold; the usual part if absent. */
  readonly tenantShare?: number
  /** Longer than it takes until its first commit: until then, no other server begins it too. */
  readonly claimMs: number
  /**
   * A server that starts treats claims as those of a dead process. If the process lives, the first commit of one of the
   * two is refused, and nothing was done before it.
   */
  readonly isFenced: boolean
  /** It may come early after the clock was set back. */
  readonly mayBeEarly: boolean
  /** Harmless to repeat; throws when it is to be tried again. */
  readonly execute: (id: string, signal: AbortSignal) => Promise<Left>
}

/** A receiver may be slow, and there may be many of them. */
export const MOST_CALLBACKS = 100
/** Of the limit of a tenant, the part that items of batches may use. */
const ITEM_SHARE = 7 / 8
/** Jobs whose writes are carried out at once: the other system has limits, and each job makes one write at a time. */
const MOST_WRITES = 16
/** Jobs that are deleted at once because their time is over. */
const MOST_DELETIONS = 16
/** Until the first commit of a job's attempt. */
const CLAIM_MS = 10_000
/** A receiver may hang for 15 s, and a deletion or a change of a record may wait as long for its database. */
const LONG_CLAIM_MS = 60_000

/** Everything that is done because its time has come. */
export function kindsOf(work: Work, options: EngineOptions): readonly WorkKind[] {
  const job = { table: JOB_WAKES, claimMs: LONG_CLAIM_MS, isFenced: false, mayBeEarly: true }
  const deliver = (id: string, signal: AbortSignal): Promise<Left> => work.deliver(id, signal)
  const expire = async (id: string): Promise<Left> => {
    await work.expire(id)
    return null
  }
  const write = async (id: string, signal: AbortSignal): Promise<Left> => {
    await work.write(id, signal)
    return null
  }
  return [
    ...executionsOf(work, options),
    { ...job, kind: 'deliver', places: MOST_CALLBACKS, execute: deliver },
    { ...job, kind: 'write', places: MOST_WRITES, isFenced: true, execute: write },
    // What is kept too long does no harm, and what is deleted too early would.
    { ...job, kind: 'expire', places: MOST_DELETIONS, mayBeEarly: false, execute: expire },
    ...work.records.map(({ kind, places, execute }) => ({
      kind,
      places,
      table: RECORD_WAKES,
      claimMs: LONG_CLAIM_MS,
      isFenced: true,
      mayBeEarly: true,
      execute,
    })),
  ]
}

/**
 * Items have places of their own, so a batch of any size keeps no single job from its start. So does each agent with a
 * limit: its backlog keeps no other agent's jobs waiting.
 */
function executionsOf(work: Work, { concurrency, tenants, agents }: EngineOptions): readonly WorkKind[] {
  const limits = new Map(agents.flatMap(({ name, maxConcurrency: most }) => (most === null ? [] : [[name, most]])))
  const ofTenants = new SharedCap((tenantId) => tenants.get(tenantId).maxConcurrentJobs)
  const ofAgents = new SharedCap((agent) => limits.get(agent) ?? null)
  const execute = async (id: string, signal: AbortSignal): Promise<Left> => {
    await work.run(id, signal)
    return null
  }
  const attempt = { table: JOB_WAKES, claimMs: CLAIM_MS, isFenced: true, mayBeEarly: true, execute }
  const executions = [
    { ...attempt, kind: 'run', share: 1 },
    { ...attempt, kind: 'item', share: ITEM_SHARE },
  ]
  const ofOthers = executions.map(({ share, ...execution }) => ({
    ...execution,
    places: concurrency,
    cap: ofTenants.part(share),
    agents: { except: [...limits.keys()] },
  }))
  const ofLimited = [...limits].flatMap(([agent, most]) =>
    executions.map(({ share, ...execution }) => ({
      ...execution,
      places: Math.min(most, concurrency),
      cap: new AgentCap(ofTenants.part(share), ofAgents.part(1), agent),
      agent,
      agents: { only: agent, most },
      tenantShare: 1,
    })),
  )
  return [...ofOthers, ...ofLimited]
}
