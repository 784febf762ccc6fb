import type { Pool } from 'pg'
import type { SkewGuard } from '#adapters/postgres/clock-skew.ts'
import { runningOf, tenantsWithDue, tenantsWithOperations } from '#adapters/postgres/due-in-turns.ts'
import { QueueWorker, type QueueWorkerOptions } from '#adapters/postgres/queue-worker.ts'
import { resumeLeftBehind } from '#adapters/postgres/resume.ts'
import { Sweep } from '#adapters/postgres/sweep.ts'
import type { DueWork, QueueKind, WakeQueue, Woken } from '#adapters/postgres/wake-queue.ts'
import type { WakeKind } from '#domain/job/wake.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { OperationStore } from '#ports/operation-store.ts'
import { type Engine, type EngineOptions, MOST_CALLBACKS, MOST_OPERATIONS, type Work } from './node-storage.ts'

/** How long a message rests whose receiver has no place for it. */
const CROWDED_REST_MS = 10_000

export interface PostgresEngineDeps {
  readonly pool: Pool
  readonly queue: WakeQueue
  readonly operations: OperationStore
  readonly clock: Clock
  readonly logger: Logger
  readonly skew: SkewGuard
}

export interface PostgresEngine extends Engine {
  /** There is something to do. Says whether there is room for it here. */
  nudge(due: DueWork): boolean
  /** There may be something of this kind to do. */
  scan(kind: QueueKind): void
}

/** One worker for each kind of wake, so that no slow receiver holds up a job; and the sweep. */
export function createPostgresEngine(
  { pool, queue, operations, clock, logger, skew }: PostgresEngineDeps,
  { work, options }: { readonly work: Work; readonly options: EngineOptions },
): PostgresEngine {
  const { concurrency, tenants, knownTenants } = options
  const worker = (more: Omit<QueueWorkerOptions, 'queue' | 'clock' | 'logger' | 'knownTenants'>) =>
    new QueueWorker({ ...more, queue, clock, logger, knownTenants, isPaused: () => skew.problem !== null })
  const dueTenants = (kind: WakeKind) => () => tenantsWithDue(pool, kind, clock.now())
  const leftFor = async (tenantId: string): Promise<number> => {
    const most = tenants.get(tenantId).maxConcurrentJobs
    return most === null ? concurrency : most - (await runningOf(pool, tenantId, most))
  }
  const operate = async ({ id, tenantId }: Woken): Promise<void> => {
    if (await work.operate(id)) await queue.sendNow([{ kind: 'operate', id, tenantId, key: id, at: clock.now() }])
  }
  const deliver = async ({ id, tenantId }: Woken, signal: AbortSignal): Promise<void> => {
    if (!(await work.deliver(id, signal))) return
    await queue.sendNow([{ kind: 'deliver', id, tenantId, key: `${id}:crowded`, at: clock.now() + CROWDED_REST_MS }])
  }
  const workers: Readonly<Record<QueueKind, QueueWorker>> = {
    run: worker({
      kind: 'run',
      places: concurrency,
      most: (tenantId) => tenants.get(tenantId).maxConcurrentJobs,
      leftFor,
      dueTenants: dueTenants('run'),
      execute: ({ id }, signal) => work.run(id, signal),
    }),
    deliver: worker({ kind: 'deliver', places: MOST_CALLBACKS, dueTenants: dueTenants('deliver'), execute: deliver }),
    operate: worker({
      kind: 'operate',
      places: MOST_OPERATIONS,
      dueTenants: () => tenantsWithOperations(pool),
      execute: operate,
    }),
  }
  const sweep = new Sweep({
    pool,
    queue,
    clock,
    logger,
    skew,
    work,
    unfinished: () => operations.unfinished(),
  })
  return {
    nudge: ({ kind, tenantId }) => workers[kind].nudge(tenantId),
    scan: (kind) => {
      workers[kind].scan()
    },
    start: async () => {
      for (const one of Object.values(workers)) one.start()
      sweep.start()
      await resumeLeftBehind({ pool, queue, clock, logger, isLeftBehind: (jobId) => work.isLeftBehind(jobId) })
    },
    drain: async (graceMs) => {
      await Promise.all([sweep.stop(), ...Object.values(workers).map((one) => one.drain(graceMs))])
    },
  }
}
