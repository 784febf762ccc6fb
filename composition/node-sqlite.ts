import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { PublishedJobStore } from '#adapters/memory/published-job-store.ts'
import { lockDataDirectory } from '#adapters/node/data-lock.ts'
import { recentJobs } from '#adapters/node/recent-jobs.ts'
import { SqliteWriter } from '#adapters/node/sqlite-writer.ts'
import { StartError, systemCode } from '#adapters/node/start-error.ts'
import { LocalWaker } from '#adapters/node/waker.ts'
import { SqlDueJobs } from '#adapters/sql/due-jobs.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { SqlOperationStore } from '#adapters/sql/operation-store.ts'
import { SqlProbe } from '#adapters/sql/probe.ts'
import { NewerSchemaError, migrate } from '#adapters/sql/schema.ts'
import type { Logger } from '#ports/logger.ts'
import type { OperationKey } from '#ports/operation-store.ts'
import { SCHEMAS } from './node-schemas.ts'
import { createSqliteEngine } from './node-sqlite-engine.ts'
import type { NodeStorage, StorageWorld } from './node-storage.ts'

/** One file, written by one server: whoever holds its lock is alone, and what an earlier process left running is nobody's. */
export async function openSqlite(dataDir: string, { clock, logger }: StorageWorld): Promise<NodeStorage> {
  const db = openFile(dataDir, logger)
  await bringUpToDate(db)
  const due = new SqlDueJobs(db)
  const waker = new LocalWaker()
  const feed = new LocalFeed()
  let onOperation: (operation: OperationKey) => void = () => undefined
  const operations = new SqlOperationStore(db, (operation) => {
    onOperation(operation)
  })
  let unlock: () => void = () => undefined

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
    createEngine: (work, options) => {
      const engine = createSqliteEngine({ due, waker, operations, clock, logger }, { work, options })
      onOperation = (operation) => {
        engine.operate(operation)
      }
      return engine
    },
    close: async () => {
      await db.close()
      unlock()
    },
  }
}

async function bringUpToDate(db: SqliteWriter): Promise<void> {
  try {
    await migrate(db, ...SCHEMAS)
  } catch (error) {
    if (!(error instanceof NewerSchemaError)) throw error
    await db.close()
    throw new StartError(error.message, { cause: error })
  }
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
