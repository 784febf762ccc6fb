import { LocalFeed } from '#adapters/memory/local-feed.ts'
import { PublishedJobStore } from '#adapters/memory/published-job-store.ts'
import { recentJobs } from '#adapters/node/recent-jobs.ts'
import { StartError } from '#adapters/node/start-error.ts'
import { ClockSkew, type SkewGuard } from '#adapters/postgres/clock-skew.ts'
import { PostgresDatabase } from '#adapters/postgres/database.ts'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import { Neighbours } from '#adapters/postgres/neighbours.ts'
import { Patience } from '#adapters/postgres/patience.ts'
import { QUEUE_SCHEMA } from '#adapters/postgres/pool.ts'
import { PostgresProbe } from '#adapters/postgres/probe.ts'
import { type DueWork, WakeQueue } from '#adapters/postgres/wake-queue.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlOperationStore } from '#adapters/sql/operation-store.ts'
import { createPostgresEngine } from './node-postgres-engine.ts'
import { type DatabaseStart, openDatabase } from './node-postgres-start.ts'
import type { NodeStorage, StorageWorld } from './node-storage.ts'

/** How long an executor holds on to what a model has answered while the database is away. */
const SAVE_PATIENCE_MS = 600_000
/** How long whoever asks for something waits for a database that is away. */
const ASK_PATIENCE_MS = 30_000

/** A database that several servers share: each executes jobs, and what one leaves unfinished another takes over. @throws {StartError} */
export async function openPostgres(start: DatabaseStart, { clock, ids, logger }: StorageWorld): Promise<NodeStorage> {
  const { url, leaseMs } = start
  const { pool, migrated } = await openDatabase(start, { clock, logger })
  const patience = new Patience({ clock, patienceMs: ASK_PATIENCE_MS })
  const neighbours = new Neighbours({ pool, clock, logger, name: ids.newId('exec'), news: new LocalFeed() })
  const onDue = (due: readonly DueWork[]): void => {
    neighbours.announce(due)
  }
  const queue = new WakeQueue({ pool, clock, logger, schema: QUEUE_SCHEMA, leaseMs, onDue })
  const db = new PostgresDatabase(pool, patience)
  const operations = new SqlOperationStore(db, ({ id, tenantId }) =>
    queue.sendNow([{ kind: 'operate', id, tenantId, key: id, at: clock.now() }]),
  )
  const savePatience = new Patience({ clock, patienceMs: SAVE_PATIENCE_MS })
  const jobs = new PostgresJobStore({ pool, patience, savePatience, wakes: queue, known: recentJobs() })
  const published = new PublishedJobStore(jobs, neighbours.feed)
  const skew = new ClockSkew({ pool, clock, logger, leaseMs })
  const probe = new PostgresProbe(url, skew)
  return {
    place: placeOf(url),
    migrated,
    db,
    probe,
    jobs: published,
    executedJobs: published,
    index: new SqlJobIndex(db),
    operations,
    feed: neighbours.feed,
    // The store has set it, in the commit that made it necessary.
    waker: { wakeAt: () => Promise.resolve() },
    lease: { leaseMs, alone: false },
    interruptElsewhere: (jobId) => {
      neighbours.interrupt(jobId)
    },
    serve: async () => {
      await checkAtStart(skew)
      await queue.start()
      await neighbours.start()
    },
    createEngine: (work, options) => {
      const engine = createPostgresEngine({ pool, queue, operations, clock, logger, skew }, { work, options })
      neighbours.introduce({
        ...engine,
        stop: (jobId) => {
          // An attempt that does not hear of it stops at its next commit.
          work.stopIfCanceled(jobId).catch(() => undefined)
        },
      })
      return engine
    },
    close: async () => {
      neighbours.close()
      await queue.stop()
      await probe.close()
      await pool.end()
    },
  }
}

/** @throws {StartError} when the clock of this server differs too much from the database's. */
async function checkAtStart(skew: SkewGuard): Promise<void> {
  await skew.check()
  if (skew.problem) throw new StartError(`${skew.problem.message} ${skew.problem.hint ?? ''}`)
}

/** Without the name and the password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `postgres at ${host}${pathname}`
}
