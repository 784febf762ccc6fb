import { inject } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { recentJobs } from '#adapters/node/engine/recent-jobs.ts'
import { PostgresDatabase } from '#adapters/postgres/database.ts'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import { migrateAll } from '#adapters/postgres/migrate.ts'
import { PostgresOutageRetry } from '#adapters/postgres/outage-retry.ts'
import { createPool } from '#adapters/postgres/pool.ts'
import { Workers } from '#adapters/postgres/workers.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { T0 } from '#test/support/fixtures.ts'
import { onDatabase } from '#test/support/postgres-server.ts'

const TABLES = [
  'jobs',
  'job_tags',
  'journal',
  'usage_days',
  'records',
  'batch_items',
  'batch_totals',
  'api_keys',
  'gone_receivers',
  'webhook_events',
  'webhook_sweeps',
  'declared_schedules',
  'agent_definitions',
]

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
  const retry = new PostgresOutageRetry({ clock: new SystemClock() })
  const told: string[] = []
  const workers = new Workers({
    now: () => clock.now(),
    tell: (kinds) => {
      told.push(...kinds)
    },
  })
  await migrateAll({ pool, retry, schemas: SCHEMAS })
  const db = new PostgresDatabase(pool, retry)
  return {
    url,
    pool,
    clock,
    retry,
    workers,
    told,
    db,
    store: new PostgresJobStore({ pool, retry, saveRetry: retry, workers, known: recentJobs() }),
    index: new SqlJobIndex(db),
    /** As it was when it was made. */
    // Not TRUNCATE, which makes new files for each table and index.
    empty: () => pool.query(TABLES.map((table) => `DELETE FROM ${table};`).join(' ') + 'DROP TABLE IF EXISTS things'),
    close: async () => {
      await pool.end()
    },
  }
}

export type Scene = Awaited<ReturnType<typeof openScene>>

/** When a job will be woken: as its head says. */
export async function armedAt({ db }: Scene, jobId: string): Promise<number | null> {
  const [job] = await db.query('SELECT wake_at FROM jobs WHERE id = ?', jobId)
  return job ? Number(job['wake_at']) : null
}

/** The store of a process that stores jobs, and executes none. */
export function intakeOn({ pool, retry, clock }: Scene): PostgresJobStore {
  const workers = new Workers({ now: () => clock.now(), tell: () => undefined })
  return new PostgresJobStore({ pool, retry, saveRetry: retry, workers, known: new Map() })
}
