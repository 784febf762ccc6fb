import { Pump } from '#adapters/node/engine/pump.ts'
import type { LocalWaker } from '#adapters/node/engine/waker.ts'
import { SqlDue } from '#adapters/sql/due.ts'
import { BATCH } from '#domain/batch/batch.ts'
import { LOOK_MS } from '#domain/batch/transitions.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import type { DueJobs } from '#ports/due.ts'
import type { Logger } from '#ports/logger.ts'
import { kindsOf } from './kinds.ts'
import type { Engine, EngineOptions, Work } from './storage.ts'

export interface SqliteEngineDeps {
  readonly db: SqlDatabase
  readonly jobs: Pick<DueJobs, 'expediteRunning'>
  readonly waker: LocalWaker
  readonly clock: Clock
  readonly logger: Logger
}

/** One pump for each kind of work, so that no slow receiver holds up a job. */
export function createSqliteEngine(
  { db, jobs, waker, clock, logger }: SqliteEngineDeps,
  { work, options }: { readonly work: Work; readonly options: EngineOptions },
): Engine {
  const { knownTenants } = options
  const pumps = kindsOf(work, options).map(
    (kind) => new Pump({ ...kind, due: new SqlDue(db, kind.table, kind.agents), waker, clock, logger, knownTenants }),
  )
  return {
    start: async () => {
      await resume(jobs, logger)
      await lookAtBatches(db, clock.now(), logger)
      for (const pump of pumps) {
        pump.start()
        await pump.catchUp()
      }
    },
    drain: async (graceMs) => {
      await Promise.all(pumps.map((pump) => pump.drain(graceMs)))
    },
  }
}

/**
 * Batches are looked at every so often. An earlier process may have left items that were taken and never submitted. The
 * time is in the body as well, which decides whether a record is due. No other process writes here.
 */
async function lookAtBatches(db: SqlDatabase, now: number, logger: Logger): Promise<void> {
  const sql = `UPDATE records SET wake_at = ?, body = json_set(body, '$.wakeAt', ?)
    WHERE kind = ? AND format <= ? AND wake_at > ? AND wake_at <= ?`
  try {
    await db.batch([{ sql, params: [now, now, BATCH.name, BATCH.format, now, now + LOOK_MS] }])
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error
    logger.error('Batches that an earlier process left go on when their time comes.', error)
  }
}

/** What an earlier process left in execution is due at once. */
async function resume(jobs: Pick<DueJobs, 'expediteRunning'>, logger: Logger): Promise<void> {
  try {
    const resumed = await jobs.expediteRunning()
    if (resumed > 0) logger.info('Resuming jobs that an earlier process left unfinished.', { jobs: resumed })
  } catch (error) {
    // The server must start on a full disk too, for only a server can delete jobs.
    if (!(error instanceof StorageUnavailableError)) throw error
    logger.error('Jobs that an earlier process left unfinished resume when their lease has ended.', error)
  }
}
