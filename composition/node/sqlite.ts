import { join } from 'node:path'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { PublishedJobStore } from '#adapters/local/published-job-store.ts'
import { makeDirectory, makePrivateFile } from '#adapters/node/sqlite/data-directory.ts'
import { lockDataDirectory } from '#adapters/node/sqlite/data-lock.ts'
import { dataProblem } from '#adapters/node/sqlite/data-problem.ts'
import { recentJobs } from '#adapters/node/engine/recent-jobs.ts'
import { SqliteProbe } from '#adapters/node/sqlite/storage-probe.ts'
import { SqliteWriter } from '#adapters/node/sqlite/writer.ts'
import { noteServer } from '#adapters/node/process/server-note.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import { LocalWaker } from '#adapters/node/engine/waker.ts'
import { OutageRetry } from '#adapters/sql/outage-retry.ts'
import { textAt } from '#adapters/sql/database.ts'
import { SqlDueJobs } from '#adapters/sql/due.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { PatientJobStore } from '#adapters/sql/patient-job-store.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { NewerSchemaError, type SchemaChange, type SqlSchema, StatementError, migrate } from '#adapters/sql/schema.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Logger } from '#ports/logger.ts'
import { SCHEMAS } from './schemas.ts'
import { createSqliteEngine } from './sqlite-engine.ts'
import type { NodeStorage, StorageWorld } from './storage.ts'

/** How long an executor holds on to what a model has answered while the disk is full. */
const SAVE_PATIENCE_MS = 600_000

/** One file, written by one server. The holder of its lock is alone, so the jobs of an earlier process are free. */
export async function openSqlite(
  dataDir: string,
  { clock, logger }: StorageWorld,
  ownTables: readonly SqlSchema[] = [],
): Promise<NodeStorage> {
  const file = join(dataDir, 'errand.db')
  const db = openFile(dataDir, logger)
  const migrated = await bringUpToDate(db, { file, dataDir, schemas: [...SCHEMAS, ...ownTables] })
  const waker = new LocalWaker()
  const feed = new LocalFeed()
  let unlock: () => void = () => undefined
  let takeBack: () => void = () => undefined

  const jobs = new PublishedJobStore(new SqlJobStore(db, { waker, cache: recentJobs() }), feed)

  return {
    place: dataDir,
    migrated,
    db,
    probe: new SqliteProbe(db),
    jobs,
    executedJobs: new PatientJobStore(jobs, new OutageRetry({ clock, patienceMs: SAVE_PATIENCE_MS })),
    index: new SqlJobIndex(db.aside),
    proposals: new SqlProposalIndex(db.aside),
    usage: new SqlUsageLedger(db.aside),
    recordsOf: (kind) => new SqlRecordStore(db, kind, waker),
    feed,
    waker,
    lease: { leaseMs: 30_000, alone: true },
    interruptElsewhere: () => undefined,
    serve: async () => {
      unlock = lockDataDirectory(join(dataDir, 'server.lock'))
      db.makeRoom()
      return Promise.resolve()
    },
    createEngine: (work, options) =>
      createSqliteEngine({ db, jobs: new SqlDueJobs(db), waker, clock, logger }, { work, options }),
    note: (url) => {
      takeBack = noteServer(dataDir, url)
    },
    close: async () => {
      takeBack()
      await db.close()
      unlock()
    },
  }
}

interface DataFile {
  readonly file: string
  readonly dataDir: string
  readonly schemas: readonly SqlSchema[]
}

async function bringUpToDate(db: SqliteWriter, { file, dataDir, schemas }: DataFile): Promise<readonly SchemaChange[]> {
  try {
    await checkOwner(db, file)
    return await migrate(db, ...schemas)
  } catch (error) {
    await db.close()
    if (error instanceof StartError) throw error
    if (error instanceof NewerSchemaError || error instanceof StatementError)
      throw new StartError(error.message, { cause: error })
    const cause = error instanceof StorageUnavailableError ? error.cause : error
    throw new StartError(dataProblem(cause, file, dataDir), { cause })
  }
}

/** @throws {StartError} where another program has made the tables. */
async function checkOwner(db: SqliteWriter, file: string): Promise<void> {
  const rows = await db.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
  const tables = rows.map((row) => textAt(row, 'name'))
  if (tables.length === 0 || tables.includes('schema_versions')) return
  const some = tables.slice(0, 3).join(', ')
  throw new StartError(
    `${file} is the database of another program (its tables: ${some}). Move it away, or set ERRAND_DATA_DIR to another directory.`,
  )
}

function openFile(dataDir: string, logger: Logger): SqliteWriter {
  const onFailure = (error: unknown): void => {
    logger.error(
      'The database cannot be used any more, so this process ends. What it was at goes on at the next start.',
      error,
    )
    process.exit(1)
  }
  const file = join(dataDir, 'errand.db')
  try {
    makeDirectory(dataDir)
    makePrivateFile(file)
    return new SqliteWriter(file, { onFailure })
  } catch (cause) {
    throw new StartError(dataProblem(cause, file, dataDir), { cause })
  }
}
