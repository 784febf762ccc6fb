import type { Pool } from 'pg'
import { ClaimWorker } from '#adapters/postgres/claim-worker.ts'
import { Claims } from '#adapters/postgres/claims.ts'
import type { SkewGuard } from '#adapters/postgres/clock-skew.ts'
import type { EarlyWakes } from '#adapters/postgres/early-wakes.ts'
import type { OfferOfKind } from '#adapters/postgres/offers.ts'
import { leftBehind } from '#adapters/postgres/running-jobs.ts'
import { LeaseSweep } from '#adapters/postgres/lease-sweep.ts'
import { SharedTrips } from '#adapters/postgres/shared-trips.ts'
import type { Workers } from '#adapters/postgres/workers.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type WorkKind, kindsOf } from './kinds.ts'
import type { Engine, EngineOptions, Left, Work } from './storage.ts'

export interface PostgresEngineDeps {
  readonly pool: Pool
  readonly workers: Workers
  readonly waker: EarlyWakes
  readonly clock: Clock
  readonly logger: Logger
  readonly skew: SkewGuard
  readonly leaseMs: number
}

/** One worker for each kind of work, so that no slow receiver holds up a job; and what finds jobs whose executor is gone. */
export function createPostgresEngine(
  deps: PostgresEngineDeps,
  { work, options }: { readonly work: Work; readonly options: EngineOptions },
): Engine {
  const { pool, clock, logger, skew, leaseMs } = deps
  const { knownTenants } = options
  const isPaused = (): boolean => skew.problem !== null
  const looks = new SharedTrips(pool)
  const kinds = kindsOf(work, options).map((kind) => {
    const claims = new Claims(pool, { ...kind, looks }, kind.table)
    const shared = { claims, clock, logger, knownTenants, isPaused }
    return { ...kind, claims, worker: new ClaimWorker({ ...kind, ...shared, ...onPostgres(deps, kind) }) }
  })
  deps.workers.hire(kinds.map(({ kind, agent = null, worker }) => ({ kind, agent, worker })))
  const takeOver = (jobs: readonly OfferOfKind[]): void => {
    deps.workers.offer(jobs)
  }
  const sweep = new LeaseSweep({
    pool,
    clock,
    logger,
    skew,
    leaseMs,
    observe: (leases) => work.observeLeases(leases),
    onEnded: takeOver,
    onSetBack: async (now) => {
      const early = kinds.filter(({ mayBeEarly }) => mayBeEarly)
      for (const { claims, claimMs } of early.filter(isOfAll)) await claims.catchUp(now, claimMs)
      for (const { worker } of early) worker.scan()
    },
  })
  return {
    start: async () => {
      const fenced = kinds.filter((kind) => kind.isFenced && isOfAll(kind))
      await Promise.all(fenced.map(({ claims, claimMs }) => claims.expedite(clock.now(), claimMs)))
      for (const { worker } of kinds) worker.start()
      sweep.start()
      takeOver(await leftBehind({ pool, logger, isLeftBehind: (jobId) => work.isLeftBehind(jobId) }))
    },
    drain: async (graceMs) => {
      await Promise.all([sweep.stop(), ...kinds.map(({ worker }) => worker.drain(graceMs))])
    },
  }
}

/** What is written to all rows of a kind is written once, and not once for each agent with a limit. */
function isOfAll({ agent }: Pick<WorkKind, 'agent'>): boolean {
  return agent === undefined
}

/** How long work rests for which its receiver has no place. */
const CROWDED_REST_MS = 10_000

/** What a claim needs to know of a kind of work. */
function onPostgres({ waker, clock }: PostgresEngineDeps, { execute }: WorkKind) {
  const rest = (left: Left): number | null => {
    if (left === null) return null
    return typeof left === 'number' ? left - clock.now() : CROWDED_REST_MS
  }
  return {
    execute: async (id: string, signal: AbortSignal): Promise<number | null> => {
      const left = await execute(id, signal)
      return rest(waker.take(id) ?? left)
    },
  }
}
