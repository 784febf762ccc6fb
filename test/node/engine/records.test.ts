import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LocalWaker } from '#adapters/node/engine/waker.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlDueJobs } from '#adapters/sql/due.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { createSqliteEngine } from '#composition/node/sqlite-engine.ts'
import type { Engine } from '#composition/node/storage.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { COUNTER, type Counter, KEPT_MS, STEP_MS, counter } from '#test/support/counter.ts'
import { type Counting, counting } from '#test/support/counting.ts'
import { eventually } from '#test/support/eventually.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { ROOMY } from '#test/support/tenants.ts'

let db: SqliteDatabase
let clock: ManualClock
let logger: RecordingLogger

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  clock = new ManualClock(T0)
  logger = new RecordingLogger()
  await migrate(db, ...SCHEMAS)
})

afterEach(() => db.close())

interface Process {
  readonly records: SqlRecordStore<Counter>
  readonly work: Counting
  readonly engine: Engine
}

function start({ places = 4 } = {}): Process {
  const waker = new LocalWaker()
  const records = new SqlRecordStore(db, COUNTER, waker)
  const work = counting(records, clock, places)
  const options = {
    concurrency: 4,
    tenants: new TenantPolicies(ROOMY),
    agents: [],
    knownTenants: () => Promise.resolve([]),
  }
  const nothing = {
    run: () => Promise.resolve(),
    deliver: () => Promise.resolve(null),
    write: () => Promise.resolve(),
    expire: () => Promise.resolve(),
    isLeftBehind: () => Promise.resolve(false),
    observeLeases: () => new Set<string>(),
    stopIfCanceled: () => Promise.resolve(),
  }
  const engine = createSqliteEngine(
    { db, jobs: new SqlDueJobs(db), waker, clock, logger },
    { work: { ...nothing, records: [work] }, options },
  )
  return { records, work, engine }
}

/** Lets so many steps pass, each once the one before it is stored. */
async function pass(records: SqlRecordStore<Counter>, steps: number): Promise<void> {
  for (let n = 0; n < steps; n++) {
    const before = (await records.load('cnt_1'))?.version ?? 0
    await clock.advance(STEP_MS)
    await eventually(async () => {
      expect((await records.load('cnt_1'))?.version).toBe(before + 1)
    })
  }
}

describe('a kind of records of one’s own, on SQLite', () => {
  test('is woken at its times, and is gone at its end', async () => {
    const { records, work, engine } = start()
    await engine.start()
    await records.create(counter())
    await clock.advance(STEP_MS - 1)
    expect(work.made).toEqual([])
    await clock.advance(1)
    await eventually(async () => {
      expect(await records.load('cnt_1')).toMatchObject({ count: 1 })
    })
    await pass(records, 2)
    expect(work.made).toEqual(['cnt_1/1', 'cnt_1/2', 'cnt_1/3'])
    expect(await records.load('cnt_1')).toMatchObject({ count: 3, version: 4 })
    await clock.advance(KEPT_MS)
    await eventually(async () => {
      expect(await records.load('cnt_1')).toBeNull()
    })
    await engine.drain(0)
    expect(clock.nextAt()).toBeNull()
  })

  test('goes on in the next process where the last one has left it', async () => {
    const first = start()
    await first.engine.start()
    await first.records.create(counter())
    await pass(first.records, 1)
    await first.engine.drain(0)
    const second = start()
    await second.engine.start()
    await pass(second.records, 2)
    expect(first.work.made).toEqual(['cnt_1/1'])
    expect(second.work.made).toEqual(['cnt_1/2', 'cnt_1/3'])
    await second.engine.drain(0)
  })

  test('rests after a failure, each time for longer, and is tried again', async () => {
    const { records, work, engine } = start()
    await engine.start()
    work.fail(2)
    await records.create(counter({ dueAt: T0 }))
    for (const [index, restMs] of [1000, 2000].entries()) {
      await eventually(() => {
        expect(logger.lines[index]?.fields).toEqual({ kind: 'counter', id: 'cnt_1', restMs })
      })
      await clock.advance(restMs - 1)
      expect(logger.lines).toHaveLength(index + 1)
      await clock.advance(1)
    }
    await eventually(() => {
      expect(work.made).toEqual(['cnt_1/1'])
    })
    expect(logger.lines).toHaveLength(2)
    await engine.drain(0)
  })

  test('of a newer release rests, and is left as it is', async () => {
    const { records, work, engine } = start()
    await new SqlRecordStore(db, { ...COUNTER, format: 2 }, new LocalWaker()).create(counter({ dueAt: T0 }))
    await engine.start()
    for (const [index, restMs] of [1000, 2000, 4000].entries()) {
      await eventually(() => {
        expect(logger.lines[index]?.fields).toEqual({ kind: 'counter', id: 'cnt_1', restMs })
      })
      await clock.advance(restMs)
    }
    expect(work.made).toEqual([])
    expect(String(logger.lines[0]?.error)).toContain('newer release')
    await expect(records.load('cnt_1')).rejects.toMatchObject({ code: 'newer_format' })
    await engine.drain(0)
  })

  test('tenants take turns, and so do the records of one tenant', async () => {
    const { records, work, engine } = start({ places: 1 })
    const each = { to: 2, dueAt: T0 - 10 * STEP_MS }
    for (const id of ['cnt_a1', 'cnt_a2', 'cnt_a3']) await records.create(counter({ ...each, id, tenantId: 'a' }))
    await records.create(counter({ ...each, id: 'cnt_b1', tenantId: 'b' }))
    await engine.start()
    await eventually(() => {
      expect(work.made).toHaveLength(8)
    })
    expect(work.made.slice(0, 2).map((key) => key.split('/')[0])).toEqual(['cnt_a1', 'cnt_b1'])
    expect(new Set(work.made.slice(0, 4)).size).toBe(4)
    expect(work.made.slice(0, 5).filter((key) => key.startsWith('cnt_a1'))).toHaveLength(1)
    await engine.drain(0)
  })

  test('is woken at once where the clock was set back behind its last change', async () => {
    const { records, work, engine } = start()
    const hour = 3_600_000
    const written = T0 + hour
    await records.create(counter({ to: 1, dueAt: written, updatedAt: written }))
    await engine.start()
    await eventually(() => {
      expect(work.made).toEqual(['cnt_1/1'])
    })
    await engine.drain(0)
  })
})
