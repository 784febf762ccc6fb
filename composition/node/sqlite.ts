import { join } from 'node:path'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { PublishedJobStore } from '#adapters/local/published-job-store.ts'
import { lockDataDirectory } from '#adapters/node/sqlite/data-lock.ts'
import { recentJobs } from '#adapters/node/engine/recent-jobs.ts'
import { SqliteProbe } from '#adapters/node/sqlite/storage-probe.ts'
import { noteServer } from '#adapters/node/process/server-note.ts'
import { LocalWaker } from '#adapters/node/engine/waker.ts'
import { OutageRetry } from '#adapters/sql/outage-retry.ts'
import { SqlDueJobs } from '#adapters/sql/due.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { PatientJobStore } from '#adapters/sql/patient-job-store.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'
import { createSqliteEngine } from './sqlite-engine.ts'
import { openSqliteFile } from './sqlite-file.ts'
import type { NodeStorage, StorageWorld } from './storage.ts'

/** How long an executor holds on to what a model has answered while the disk is full. */
const SAVE_PATIENCE_MS = 600_000

export interface SqliteStart {
  readonly dataDir: string
  /** The tables to bring up to date. */
  readonly schemas: readonly SqlSchema[]
}

/** One file, written by one server. The holder of its lock is alone, so the jobs of an earlier process are free. */
export async function openSqlite(
  { dataDir, schemas }: SqliteStart,
  { clock, logger }: StorageWorld,
): Promise<NodeStorage> {
  const { db } = await openSqliteFile(dataDir, { schemas, logger })
  const waker = new LocalWaker()
  const feed = new LocalFeed()
  let unlock: () => void = () => undefined
  let takeBack: () => void = () => undefined

  const jobs = new PublishedJobStore(new SqlJobStore(db, { waker, cache: recentJobs() }), feed)

  return {
    place: dataDir,
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
