import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { PublishedJobStore } from '#adapters/memory/published-job-store.ts'
import { lockDataDirectory } from '#adapters/node/data-lock.ts'
import { JobPump } from '#adapters/node/job-pump.ts'
import { OperationRunner } from '#adapters/node/operation-runner.ts'
import { recentJobs } from '#adapters/node/recent-jobs.ts'
import { SqliteWriter } from '#adapters/node/sqlite-writer.ts'
import { StartError, systemCode } from '#adapters/node/start-error.ts'
import { LocalWaker } from '#adapters/node/waker.ts'
import { SqlDueJobs } from '#adapters/sql/due-jobs.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { SqlOperationStore } from '#adapters/sql/operation-store.ts'
import { SqlProbe } from '#adapters/sql/probe.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { WakeKind } from '#domain/job/wake.ts'
import type { Logger } from '#ports/logger.ts'
import { SCHEMAS } from './node-schemas.ts'
import { type Engine, MOST_CALLBACKS, type NodeStorage, type StorageWorld, type Work } from './node-storage.ts'

const MOST_DELETIONS = 16

/** One file, written by one server: whoever holds its lock is alone, and what an earlier process left running is nobody's. */
export async function openSqlite(dataDir: string, { clock, logger }: StorageWorld): Promise<NodeStorage> {
  const db = openFile(dataDir, logger)
  for (const schema of SCHEMAS) await migrate(db, schema)
  const due = new SqlDueJobs(db)
  const waker = new LocalWaker()
  const feed = new LocalFeed()
  let onOperation: (id: string) => void = () => undefined
  const operations = new SqlOperationStore(db, (id) => {
    onOperation(id)
  })
  let unlock: () => void = () => undefined

  const createEngine = (work: Work, concurrency: number): Engine => {
    const pump = (kind: WakeKind, most: number, execute: (jobId: string, signal: AbortSignal) => Promise<unknown>) =>
      new JobPump({ kind, due, waker, clock, logger, concurrency: most, execute })
    // One for each kind of wake, so that no slow receiver holds up a job.
    const pumps = [
      pump('run', concurrency, (jobId, signal) => work.run(jobId, signal)),
      pump('deliver', MOST_CALLBACKS, (jobId, signal) => work.deliver(jobId, signal)),
      pump('expire', MOST_DELETIONS, (jobId) => work.expire(jobId)),
    ]
    const runner = new OperationRunner({ operations, operate: (id) => work.operate(id), clock, logger })
    onOperation = (id) => {
      runner.run(id)
    }
    return {
      start: async () => {
        await resume(due, logger)
        for (const one of pumps) one.start()
        await runner.start()
      },
      drain: async (graceMs) => {
        await Promise.all([runner.drain(), ...pumps.map((one) => one.drain(graceMs))])
      },
    }
  }

  return {
    place: dataDir,
    db,
    probe: new SqlProbe(db),
    jobs: new PublishedJobStore(new SqlJobStore(db, { waker, cache: recentJobs() }), feed),
    index: new SqlJobIndex(db.aside),
    operations,
    feed,
    waker,
    lease: { leaseMs: 30_000, alone: true },
    interruptElsewhere: () => undefined,
    serve: async () => {
      unlock = lockDataDirectory(join(dataDir, 'server.lock'))
      db.makeRoom()
      return Promise.resolve()
    },
    createEngine,
    close: async () => {
      await db.close()
      unlock()
    },
  }
}

/** What an earlier process left in execution is due at once. */
async function resume(due: SqlDueJobs, logger: Logger): Promise<void> {
  const resumed = await due.expediteRunning()
  if (resumed > 0) logger.info('Resuming jobs that an earlier process left unfinished.', { jobs: resumed })
}

function openFile(dataDir: string, logger: Logger): SqliteWriter {
  const onFailure = (error: unknown): void => {
    logger.error(
      'The database cannot be used any more, so this process ends. What it was at goes on at the next start.',
      error,
    )
    process.exit(1)
  }
  try {
    mkdirSync(dataDir, { recursive: true })
    return new SqliteWriter(join(dataDir, 'errand.db'), { onFailure })
  } catch (cause) {
    throw new StartError(`Cannot use the data directory "${dataDir}" (${systemCode(cause)}). Set ERRAND_DATA_DIR.`, {
      cause,
    })
  }
}
