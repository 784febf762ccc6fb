import type { Pool } from 'pg'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import { PublishedJobStore } from '#adapters/local/published-job-store.ts'
import { recentJobs } from '#adapters/node/engine/recent-jobs.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import { ClockSkew, type SkewGuard } from '#adapters/postgres/clock-skew.ts'
import { PostgresDatabase } from '#adapters/postgres/database.ts'
import { EarlyWakes } from '#adapters/postgres/early-wakes.ts'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import { AnnouncedWakes } from '#adapters/postgres/announced-wakes.ts'
import { PeerNotifier } from '#adapters/postgres/peer-notifier.ts'
import { PostgresOutageRetry } from '#adapters/postgres/outage-retry.ts'
import { PostgresProbe } from '#adapters/postgres/storage-probe.ts'
import { PostgresUsageLedger } from '#adapters/postgres/usage-ledger.ts'
import { Workers } from '#adapters/postgres/workers.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { createPostgresEngine } from './postgres-engine.ts'
import { type PoolStart, openPool, placeOf } from './postgres-start.ts'
import type { NodeStorage, StorageWorld, Work } from './storage.ts'

/** How long an executor holds on to what a model has answered while the database is away. */
const SAVE_PATIENCE_MS = 600_000
/** How long a request waits for an unavailable database. */
const ASK_PATIENCE_MS = 30_000

export interface PostgresStart extends PoolStart {
  /** After this without a sign of its executor, another server takes a job over. */
  readonly leaseMs: number
}

/** A database that several servers share: each executes jobs, and what one leaves unfinished another takes over. @throws {StartError} */
export async function openPostgres(start: PostgresStart, { clock, ids, logger }: StorageWorld): Promise<NodeStorage> {
  const { url, leaseMs } = start
  const { pool } = await openPool(start, { clock, logger })
  const retry = new PostgresOutageRetry({ clock, patienceMs: ASK_PATIENCE_MS })
  const { workers, peers, onStop } = peersOn(pool, { clock, ids, logger })
  const db = new PostgresDatabase(pool, retry)
  const waker = new EarlyWakes()
  const saveRetry = new PostgresOutageRetry({ clock, patienceMs: SAVE_PATIENCE_MS })
  const jobs = new PostgresJobStore({ pool, retry, saveRetry, workers, known: recentJobs() })
  const published = new PublishedJobStore(jobs, peers.feed)
  const skew = new ClockSkew({ pool, clock, logger, leaseMs })
  const probe = new PostgresProbe(url, skew)
  return {
    place: placeOf(url),
    note: () => undefined,
    db,
    probe,
    jobs: published,
    executedJobs: published,
    index: new SqlJobIndex(db),
    proposals: new SqlProposalIndex(db),
    usage: new PostgresUsageLedger(db),
    recordsOf: (kind) => new SqlRecordStore(db, kind, new AnnouncedWakes(workers)),
    feed: peers.feed,
    waker,
    lease: { leaseMs, alone: false },
    interruptElsewhere: (jobId) => {
      peers.interrupt(jobId)
    },
    serve: async () => {
      await checkAtStart(skew)
      await peers.start()
    },
    createEngine: (work, options) => {
      onStop((jobId) => work.stopIfCanceled(jobId))
      return createPostgresEngine({ pool, workers, waker, clock, logger, skew, leaseMs }, { work, options })
    },
    close: async () => {
      peers.close()
      await probe.close()
      await pool.end()
    },
  }
}

/** The workers of this process and the other servers, which notify each other of due work. */
function peersOn(pool: Pool, { clock, ids, logger }: StorageWorld) {
  let stopIfCanceled: Work['stopIfCanceled'] = () => Promise.resolve()
  const workers = new Workers({
    now: () => clock.now(),
    tell: (kinds) => {
      peers.announce(kinds)
    },
  })
  const listener = {
    scan: (kind: string) => {
      workers.scan(kind)
    },
    stop: (jobId: string) => {
      // An attempt that does not hear of it stops at its next commit.
      stopIfCanceled(jobId).catch(() => undefined)
    },
  }
  const name = ids.newId('exec')
  const peers = new PeerNotifier({ pool, clock, logger, name, news: new LocalFeed(), listener })
  const onStop = (stop: Work['stopIfCanceled']): void => {
    stopIfCanceled = stop
  }
  return { workers, peers, onStop }
}

/** @throws {StartError} when the clock of this server differs too much from the database's. */
async function checkAtStart(skew: SkewGuard): Promise<void> {
  await skew.check()
  if (skew.problem) throw new StartError(`${skew.problem.message} ${skew.problem.hint ?? ''}`)
}
