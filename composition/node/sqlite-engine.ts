import { JobPump, type JobPumpOptions } from '#adapters/node/engine/job-pump.ts'
import { OperationRunner } from '#adapters/node/engine/operation-runner.ts'
import type { LocalWaker } from '#adapters/node/engine/waker.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import type { Logger } from '#ports/logger.ts'
import type { OperationKey, OperationStore } from '#ports/operation-store.ts'
import {
  type Engine,
  type EngineOptions,
  MOST_CALLBACKS,
  MOST_DELETIONS,
  MOST_OPERATIONS,
  type Work,
} from './storage.ts'

export interface SqliteEngineDeps {
  readonly due: DueJobs
  readonly waker: LocalWaker
  readonly operations: OperationStore
  readonly clock: Clock
  readonly logger: Logger
}

export interface SqliteEngine extends Engine {
  /** There is a new operation. */
  operate(operation: OperationKey): void
}

/** One pump for each kind of wake, so that no slow receiver holds up a job; and the bulk operations. */
export function createSqliteEngine(
  { due, waker, operations, clock, logger }: SqliteEngineDeps,
  { work, options }: { readonly work: Work; readonly options: EngineOptions },
): SqliteEngine {
  const { concurrency, tenants, knownTenants } = options
  const pump = (more: Pick<JobPumpOptions, 'kind' | 'places' | 'most' | 'execute'>) =>
    new JobPump({ ...more, due, waker, clock, logger, knownTenants })
  const most = (tenantId: string): number | null => tenants.get(tenantId).maxConcurrentJobs
  const pumps = [
    pump({ kind: 'run', places: concurrency, most, execute: (jobId, signal) => work.run(jobId, signal) }),
    pump({ kind: 'deliver', places: MOST_CALLBACKS, execute: (jobId, signal) => work.deliver(jobId, signal) }),
    pump({ kind: 'expire', places: MOST_DELETIONS, execute: (jobId) => work.expire(jobId) }),
  ]
  const operate = (id: string): Promise<boolean> => work.operate(id)
  const runner = new OperationRunner({ operations, operate, places: MOST_OPERATIONS, clock, logger })
  return {
    operate: (operation) => {
      runner.run(operation)
    },
    start: async () => {
      await resume(due, logger)
      for (const one of pumps) {
        one.start()
        await one.catchUp()
      }
      await runner.start()
    },
    drain: async (graceMs) => {
      await Promise.all([runner.drain(), ...pumps.map((one) => one.drain(graceMs))])
    },
  }
}

/** What an earlier process left in execution is due at once. */
async function resume(due: DueJobs, logger: Logger): Promise<void> {
  try {
    const resumed = await due.expediteRunning()
    if (resumed > 0) logger.info('Resuming jobs that an earlier process left unfinished.', { jobs: resumed })
  } catch (error) {
    // The server must start on a full disk too, for only a server can delete jobs.
    if (!(error instanceof StorageUnavailableError)) throw error
    logger.error('Jobs that an earlier process left unfinished resume when their lease has ended.', error)
  }
}
