import { inject } from 'vitest'
import { ManualClock } from '#adapters/memory/manual-clock.ts'
import { recentJobs } from '#adapters/node/recent-jobs.ts'
import { PostgresDatabase } from '#adapters/postgres/database.ts'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import { migrateAll } from '#adapters/postgres/migrate.ts'
import { Patience } from '#adapters/postgres/patience.ts'
import { createPool } from '#adapters/postgres/pool.ts'
import { type QueueKind, WakeQueue } from '#adapters/postgres/wake-queue.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { SCHEMAS } from '#composition/node-schemas.ts'
import { T0 } from '#test/support/fixtures.ts'
import { onDatabase } from '#test/support/postgres-server.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

const QUEUE_SCHEMA = 'errand_queue'
let databases = 0

/** An empty database of the shared server. */
export async function emptyDatabase(): Promise<string> {
  const shared = new URL(inject('postgresUrl'))
  const name = `test_${String(process.pid)}_${String(++databases)}`
  await onDatabase(shared.href, (client) => client.query(`CREATE DATABASE ${name}`))
  shared.pathname = name
  return shared.href
}

/** Everything that one process has of a database; `told` notes what kinds of work it has been told of. */
export async function openScene(url: string, { answerMs = 0 } = {}) {
  const pool = createPool({ url, connections: 10, answerMs })
  const clock = new ManualClock(T0 - 100_000)
  // What is away is really away: the manual clock is the jobs'.
  const patience = new Patience({ clock: new SystemClock() })
  const told: QueueKind[] = []
  const queue = new WakeQueue({
    pool,
    clock,
    logger: silentLogger,
    schema: QUEUE_SCHEMA,
    leaseMs: 15_000,
    onDue: (due) => {
      told.push(...due.map(({ kind }) => kind))
    },
  })
  await migrateAll({ pool, patience, queue, schemas: SCHEMAS })
  await queue.start()
  const db = new PostgresDatabase(pool, patience)
  return {
    url,
    pool,
    clock,
    patience,
    queue,
    told,
    db,
    store: new PostgresJobStore({ pool, patience, savePatience: patience, wakes: queue, known: recentJobs() }),
    index: new SqlJobIndex(db),
    /** As it was when it was made. */
    empty: () =>
      onDatabase(url, (client) =>
        client.query(
          `TRUNCATE jobs, job_tags, journal, operations, api_keys, gone_receivers, drafts; DROP TABLE IF EXISTS things; DELETE FROM ${QUEUE_SCHEMA}.job`,
        ),
      ),
    close: async () => {
      await queue.stop()
      await pool.end()
    },
  }
}

export type Scene = Awaited<ReturnType<typeof openScene>>

/**
 * When a job will be woken: by the queue, in which there must be a message for it as it stands, or by the sweep, for which it stands in
 * the table alone.
 */
export async function armedAt({ db }: Scene, jobId: string): Promise<number | null> {
  const [job] = await db.query('SELECT status, wake_kind, wake_at, version FROM jobs WHERE id = ?', jobId)
  if (!job) return null
  if (job['status'] === 'running' || job['wake_kind'] === 'expire') return Number(job['wake_at'])
  const sql = `SELECT data::json ->> 'at' AS at FROM ${QUEUE_SCHEMA}.job WHERE singleton_key = ? AND name = ?`
  const [message] = await db.query(sql, `${jobId}:${String(job['version'])}`, `errand-${String(job['wake_kind'])}`)
  return message ? Number(message['at']) : null
}
