import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { DurableObjectDatabase } from '#adapters/cloudflare/database.ts'
import { IndexFeed } from '#adapters/cloudflare/index-feed.ts'
import { ObjectJobStore } from '#adapters/cloudflare/job-store.ts'
import { AlarmWaker } from '#adapters/cloudflare/waker.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { USAGE_OF_RUNS, USAGE_TABLE } from '#adapters/sql/usage-table.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { type JobIndexWriter, entryOf } from '#ports/job-index.ts'
import { usageOfEnded } from '#ports/usage-ledger.ts'
import { after, submitted } from '#test/support/fixtures.ts'
import { NO_PROPOSALS } from '#test/support/no-proposals.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { noBatch } from './object-jobs.ts'

// The ledger is in D1, and the job in its object: no transaction holds both.

beforeAll(() => migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema))
beforeEach(() => env.JOB_INDEX.batch(['jobs', 'usage_days'].map((t) => env.JOB_INDEX.prepare(`DELETE FROM ${t}`))))
afterAll(() => reset())

const FAILED: JobEvent = { type: 'job.failed', at: Date.now(), error: { code: 'model_failed', message: 'No.' } }

/** The index in D1, for objects that die before or after a call of it. */
class MortalIndex implements JobIndexWriter {
  readonly #index = new SqlJobIndex(new D1SqlDatabase(env.JOB_INDEX))
  readonly #deaths: readonly number[]
  #points = 0

  /** @param deaths points of all those that objects pass, from 1. */
  constructor(deaths: readonly number[]) {
    this.#deaths = deaths
  }

  get points(): number {
    return this.#points
  }

  put(...given: Parameters<JobIndexWriter['put']>): Promise<void> {
    return this.#through(() => this.#index.put(...given))
  }

  remove(jobId: string): Promise<void> {
    return this.#through(() => this.#index.remove(jobId))
  }

  async #through(call: () => Promise<void>): Promise<void> {
    this.#pass()
    await call()
    this.#pass()
  }

  #pass(): void {
    if (this.#deaths.includes(++this.#points)) throw new Error('The object dies.')
  }
}

function openOn(storage: DurableObjectStorage, index: JobIndexWriter) {
  const clock = new ManualClock(Date.now())
  const alarm = new AlarmWaker(storage, clock)
  const others = { proposals: NO_PROPOSALS, endItem: noBatch, logger: silentLogger }
  const feed = new IndexFeed({ storage, alarm, index, clock, ...others })
  return { feed, jobs: new ObjectJobStore(new DurableObjectDatabase(storage), feed) }
}

function inObject<T>(work: (storage: DurableObjectStorage) => Promise<T>): Promise<T> {
  return runInDurableObject(env.CONTRACT_HOST.getByName(crypto.randomUUID()), (_instance, { storage }) => work(storage))
}

async function inD1(): Promise<object | null> {
  return env.JOB_INDEX.prepare(
    'SELECT (SELECT COUNT(*) FROM jobs) AS entries, (SELECT COALESCE(SUM(failed), 0) FROM usage_days) AS counted',
  ).first()
}

/** A job ends and is deleted by objects that die, one after the other. */
function endAndDelete(deaths: readonly number[]): Promise<number> {
  const index = new MortalIndex(deaths)
  return inObject(async (storage) => {
    const { job, event, state } = submitted()
    const { jobs } = openOn(storage, index)
    await jobs.create(job, event)
    const failed = after(state, [FAILED])
    await jobs.save(failed, [FAILED])
    for (let life = 0; (await openOn(storage, index).jobs.load(job.id)) !== null; life++) {
      if (life > deaths.length) throw new Error('The job stays.')
      const restarted = openOn(storage, index)
      await restarted.feed.settle(failed.job)
      await restarted.jobs.remove(failed.job).catch(() => undefined)
    }
    return index.points
  })
}

describe('a job that ends and is deleted is counted once', () => {
  test('wherever its object dies, and dies again', async () => {
    const points = await endAndDelete([])
    expect(points).toBe(4)
    const lives = Array.from({ length: points }, (_, n) => n + 1)
    const deaths = lives.flatMap((first) => [[first], ...[1, 2, 3, 4].map((later) => [first, first + later])])
    for (const [done, at] of deaths.entries()) {
      await endAndDelete(at)
      expect({ at, ...(await inD1()) }).toEqual({ at, entries: 0, counted: done + 2 })
    }
  })

  test('where it ends while a new release changes the tables', async () => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    const index = new SqlJobIndex(db)
    const { job } = after(submitted().state, [FAILED])
    await db.batch([{ sql: 'DROP TABLE usage_days', params: [] }])
    const statements = [...USAGE_TABLE, ...USAGE_OF_RUNS]
    for (const level of statements.keys()) {
      await expect(index.put(entryOf(job), usageOfEnded(job))).rejects.toThrow()
      await migrate(db, { name: 'upgrade', statements: statements.slice(0, level + 1) })
    }
    await index.put(entryOf(job), usageOfEnded(job))
    expect(await inD1()).toEqual({ entries: 1, counted: 1 })
  })

  test('where it is written to in between, and so deleted later', async () => {
    await inObject(async (storage) => {
      const index = new SqlJobIndex(new D1SqlDatabase(env.JOB_INDEX))
      const { job, event, state } = submitted()
      const failed = after(state, [FAILED])
      const { jobs, feed } = openOn(storage, index)
      await jobs.create(job, event)
      await jobs.save(failed, [FAILED])
      await feed.settle(failed.job)
      await expect(jobs.remove({ ...failed.job, version: 1 })).rejects.toThrow('version')
      expect(await inD1()).toEqual({ entries: 1, counted: 1 })
      await openOn(storage, index).jobs.remove(failed.job)
      expect(await inD1()).toEqual({ entries: 0, counted: 1 })
    })
  })
})
