import type { Pool } from 'pg'
import { QueueWorker } from '#adapters/postgres/queue-worker.ts'
import { Sweep } from '#adapters/postgres/sweep.ts'
import type { QueueKind, WakeQueue } from '#adapters/postgres/wake-queue.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { OperationStore } from '#ports/operation-store.ts'
import { type Engine, MOST_CALLBACKS, type Work } from './node-storage.ts'

const MOST_OPERATIONS = 4
/** How long a message rests whose receiver has no place for it. */
const CROWDED_REST_MS = 10_000

export interface PostgresEngineDeps {
  readonly pool: Pool
  readonly queue: WakeQueue
  readonly operations: OperationStore
  readonly clock: Clock
  readonly logger: Logger
}

export interface PostgresEngine extends Engine {
  /** There may be something of this kind to do. Says whether there is room for it here. */
  nudge(kind: QueueKind): boolean
}

/** One worker for each kind of wake, so that no slow receiver holds up a job; and the sweep. */
export function createPostgresEngine(
  { pool, queue, operations, clock, logger }: PostgresEngineDeps,
  { work, concurrency }: { readonly work: Work; readonly concurrency: number },
): PostgresEngine {
  const worker = (kind: QueueKind, most: number, execute: (id: string, signal: AbortSignal) => Promise<unknown>) =>
    new QueueWorker({ kind, queue, clock, logger, concurrency: most, execute })
  const operate = async (id: string): Promise<void> => {
    if (await work.operate(id)) await queue.sendNow([{ kind: 'operate', id, key: id, at: clock.now() }])
  }
  const deliver = async (id: string, signal: AbortSignal): Promise<void> => {
    if (!(await work.deliver(id, signal))) return
    await queue.sendNow([{ kind: 'deliver', id, key: `${id}:crowded`, at: clock.now() + CROWDED_REST_MS }])
  }
  const workers: Readonly<Record<QueueKind, QueueWorker>> = {
    run: worker('run', concurrency, (jobId, signal) => work.run(jobId, signal)),
    deliver: worker('deliver', MOST_CALLBACKS, deliver),
    operate: worker('operate', MOST_OPERATIONS, operate),
  }
  const sweep = new Sweep({
    pool,
    queue,
    clock,
    logger,
    unfinished: () => operations.unfinished(),
    expire: (jobId) => work.expire(jobId),
  })
  return {
    nudge: (kind) => workers[kind].nudge(),
    start: async () => {
      for (const one of Object.values(workers)) one.start()
      sweep.start()
      return Promise.resolve()
    },
    drain: async (graceMs) => {
      await Promise.all([sweep.stop(), ...Object.values(workers).map((one) => one.drain(graceMs))])
    },
  }
}
