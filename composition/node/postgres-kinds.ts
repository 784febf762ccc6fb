import type { Pool } from 'pg'
import type { ClaimWorkerOptions } from '#adapters/postgres/claim-worker.ts'
import type { WakeTable } from '#adapters/postgres/claims.ts'
import type { EarlyWakes } from '#adapters/postgres/early-wakes.ts'
import { runningOf } from '#adapters/postgres/running-jobs.ts'
import { OPERATE } from '#adapters/sql/operation-store.ts'
import type { Clock } from '#ports/clock.ts'
import { type EngineOptions, MOST_CALLBACKS, MOST_DELETIONS, MOST_OPERATIONS, type Work } from './storage.ts'

/** How long a message rests whose receiver has no place for it. */
const CROWDED_REST_MS = 10_000

export const JOBS: WakeTable = {
  name: 'jobs',
  kindColumn: 'wake_kind',
  writtenAtColumn: 'updated_at',
  heldIf: "status = 'running'",
}
/** A slice is due as soon as the one before it is written. */
const OPERATIONS: WakeTable = { name: 'operations', kindColumn: 'wake_kind', writtenAtColumn: 'wake_at' }

/** One kind of work. */
export interface Kind extends Pick<ClaimWorkerOptions, 'kind' | 'claimMs' | 'places' | 'most' | 'leftFor' | 'execute'> {
  readonly table: WakeTable
  /**
   * At the start of a server, claims are taken for those of a process that is dead: where they are not, the first commit of one of the two is refused, and
   * nothing has been done before it.
   */
  readonly isFenced: boolean
  /** It may come early after the clock was set back. */
  readonly mayBeEarly: boolean
}

export interface KindDeps {
  readonly pool: Pool
  readonly waker: EarlyWakes
  readonly clock: Clock
}

interface Given {
  readonly work: Work
  readonly options: EngineOptions
}

/** Everything that is done on Postgres because its time has come. */
export function kindsOf(deps: KindDeps, given: Given): readonly Kind[] {
  return [runs(deps, given), ...others(given.work)]
}

function runs({ pool, waker, clock }: KindDeps, { work, options: { concurrency, tenants } }: Given): Kind {
  const most = (tenantId: string): number | null => tenants.get(tenantId).maxConcurrentJobs
  return {
    kind: 'run',
    table: JOBS,
    places: concurrency,
    most,
    leftFor: async (tenantId) => {
      const limit = most(tenantId)
      return limit === null ? concurrency : limit - (await runningOf(pool, tenantId, limit))
    },
    claimMs: 10_000,
    isFenced: true,
    mayBeEarly: true,
    execute: async (jobId, signal) => {
      await work.run(jobId, signal)
      const dueAt = waker.take(jobId)
      return dueAt === null ? null : dueAt - clock.now()
    },
  }
}

function others(work: Work): readonly Kind[] {
  return [
    {
      kind: 'deliver',
      table: JOBS,
      places: MOST_CALLBACKS,
      // A receiver may hang for 15 s.
      claimMs: 60_000,
      isFenced: false,
      mayBeEarly: true,
      execute: async (jobId, signal) => ((await work.deliver(jobId, signal)) ? CROWDED_REST_MS : null),
    },
    {
      kind: 'expire',
      table: JOBS,
      places: MOST_DELETIONS,
      claimMs: 60_000,
      isFenced: false,
      // What is kept too long does no harm, and what is deleted too early would.
      mayBeEarly: false,
      execute: async (jobId) => {
        await work.expire(jobId)
        return null
      },
    },
    {
      kind: OPERATE,
      table: OPERATIONS,
      places: MOST_OPERATIONS,
      claimMs: 60_000,
      isFenced: true,
      mayBeEarly: true,
      execute: async (id) => {
        await work.operate(id)
        return null
      },
    },
  ]
}
