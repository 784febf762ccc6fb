import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest'
import { recentJobs } from '#adapters/node/engine/recent-jobs.ts'
import { PostgresDatabase } from '#adapters/postgres/database.ts'
import { PostgresJobStore } from '#adapters/postgres/job-store.ts'
import { PostgresOutageRetry } from '#adapters/postgres/outage-retry.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SqlApiKeys } from '#adapters/sql/api-keys.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import {
  type UnderOutage,
  indexOutages,
  jobOutages,
  keyOutages,
  recordOutages,
} from '#test/contracts/outages.contract.ts'
import { COUNTER } from '#test/support/counter.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await openScene(await emptyDatabase())
})
beforeEach(() => scene.empty())
afterAll(() => scene.close())

/** A store whose server refuses connections for a while, and that waits out no outage. */
function unreachable<Store>(open: (pool: pg.Pool, retry: PostgresOutageRetry) => Store): UnderOutage<Store> {
  let isAway = false
  const refused = () =>
    Promise.reject(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }))
  const pool = {
    connect: () => (isAway ? refused() : scene.pool.connect()),
    query: (query: pg.QueryConfig) => (isAway ? refused() : scene.pool.query(query)),
  } as unknown as pg.Pool
  return {
    store: open(pool, new PostgresOutageRetry({ clock: new ManualClock(), patienceMs: 0 })),
    fails: 'everything',
    begin: () => {
      isAway = true
    },
    end: () => {
      isAway = false
    },
  }
}

describe('Postgres that refuses connections', () => {
  test.each(jobOutages)('$name', ({ run }) =>
    run(
      unreachable(
        (pool, retry) =>
          new PostgresJobStore({ pool, retry, saveRetry: retry, workers: scene.workers, known: recentJobs() }),
      ),
    ),
  )

  test.each(indexOutages)('$name', ({ run }) =>
    run(unreachable((pool, retry) => new SqlJobIndex(new PostgresDatabase(pool, retry)))),
  )

  test.each(recordOutages)('$name', ({ run }) =>
    run(
      unreachable(
        (pool, retry) =>
          new SqlRecordStore(new PostgresDatabase(pool, retry), COUNTER, { wakeAt: () => Promise.resolve() }),
      ),
    ),
  )

  test.each(keyOutages)('$name', ({ run }) =>
    run(unreachable((pool, retry) => new SqlApiKeys(new PostgresDatabase(pool, retry)))),
  )
})
