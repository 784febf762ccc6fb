import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { D1BatchIndex } from '#adapters/cloudflare/batch-index.ts'
import { contentSchema } from '#adapters/cloudflare/content-index.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { sweepRecords } from '#adapters/cloudflare/record-sweep.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { controlOf } from '#domain/batch/batch.ts'
import { ended, item, items } from '#test/contracts/batch-scene.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { BATCH_ID, batchOf } from '#test/support/batch.ts'
import { batchIn, itemsWithContents } from './batch-in-object.ts'

afterAll(() => reset())
beforeAll(() => migrate(new D1SqlDatabase(env.JOB_INDEX), recordIndexSchema, contentSchema))

/** Runs `work` inside a Durable Object of its own. */
function inObject(work: (storage: DurableObjectStorage) => Promise<void>): Promise<void> {
  const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
  return runInDurableObject(stub, (_instance, { storage }) => work(storage))
}

const rowsOf = async (table: string): Promise<number> =>
  (await env.JOB_INDEX.prepare(`SELECT COUNT(*) AS n FROM ${table}`).first<{ n: number }>())?.n ?? 0

const unfinishedLines = () => new D1BatchIndex(new D1SqlDatabase(env.JOB_INDEX)).unfinishedLines('acme')

const tablesIn = (storage: DurableObjectStorage): number =>
  storage.sql
    .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
    .toArray().length

test('a batch ends when its items have, and leaves nothing behind after its retention', async () => {
  await inObject(async (storage) => {
    const batch = batchOf()
    const { index, keeper, open, append, end, close, fire, clock } = batchIn(storage)
    await index.add({ id: BATCH_ID, tenantId: 'acme', createdAt: batch.createdAt, lookAt: clock.now() })
    await keeper.create(batch)
    expect(await append(0, itemsWithContents(3))).toBe(true)
    expect(await unfinishedLines()).toBe(3)
    await close()
    await end([ended(1), ended(2)])
    await end([ended(2), ended(3)])
    await fire()
    expect(await open().load()).toMatchObject({ finishedAt: clock.now() })
    expect((await open().totals())?.counts).toMatchObject({ completed: 3 })
    expect([await rowsOf('batch_contents'), await rowsOf('record_index')]).toEqual([3, 1])
    await fire()
    expect(await unfinishedLines()).toBe(0)
    await fire()
    expect([await rowsOf('batch_contents'), await rowsOf('record_index')]).toEqual([0, 0])
    expect([tablesIn(storage), await storage.getAlarm()]).toEqual([0, null])
  })
})

test('what is asked of a batch that is gone finds nothing, and stores nothing', async () => {
  await inObject(async (storage) => {
    const { keeper, end, append, open } = batchIn(storage)
    await end([ended(1)])
    expect(await append(0, items(1))).toBe(false)
    const query = { tenantId: 'acme', batchId: BATCH_ID, after: 0, size: 1 }
    const found = [await keeper.load(), await keeper.totals(), await keeper.results(query), await keeper.lookAfter()]
    expect(found).toEqual([null, null, null, null])
    expect([await keeper.list(query), (await keeper.linesOf(['a'])).size]).toEqual([[], 0])
    await open().wake()
    expect([tablesIn(storage), await storage.getAlarm()]).toEqual([0, null])
  })
})

test('another tenant does not see it', async () => {
  await inObject(async (storage) => {
    const { keeper } = batchIn(storage)
    await keeper.create(batchOf())
    expect(await keeper.find('other', BATCH_ID)).toBeNull()
    expect(await keeper.results({ tenantId: 'other', batchId: BATCH_ID, after: 0, size: 1 })).toBeNull()
  })
})

test('a request or an alarm submits at most a hundred items, and the next alarm comes at once', async () => {
  await inObject(async (storage) => {
    const { keeper, append, fire, submitted, clock } = batchIn(storage)
    await keeper.create(batchOf({ maxConcurrency: 250 }))
    await append(0, items(300))
    const steps = [submitted.length]
    for (let wakes = 0; wakes < 3; wakes++) {
      expect(await storage.getAlarm()).toBe(clock.now())
      await fire()
      steps.push(submitted.length)
    }
    expect(steps).toEqual([100, 200, 250, 250])
  })
})

test('the end of a job makes room for the next item, without an alarm and without a change of the record', async () => {
  await inObject(async (storage) => {
    const { keeper, append, end, fire, submitted } = batchIn(storage)
    await keeper.create(batchOf({ maxConcurrency: 2 }))
    await append(0, items(4))
    await fire()
    const before = [(await keeper.load())?.version, await storage.getAlarm()]
    await end([ended(1)])
    expect(submitted.map(({ options }) => options?.item?.line)).toEqual([1, 2, 3])
    expect([(await keeper.load())?.version, await storage.getAlarm()]).toEqual(before)
  })
})

test('a change of the record reaches its items in the same commit, and of two the later is refused', async () => {
  await inObject(async (storage) => {
    const { keeper, clock } = batchIn(storage)
    await keeper.create(batchOf())
    const paused = { ...batchOf(), paused: { at: clock.now(), by: batchOf().createdBy }, version: 2 }
    expect([await keeper.save(paused), await keeper.save(paused)]).toEqual([true, false])
    const { isClosed, window } = controlOf(paused)
    expect(await keeper.totals()).toMatchObject({ isClosed, window })
  })
})

test('a batch whose alarm is lost is found by the sweep', async () => {
  await inObject(async (storage) => {
    const { index, keeper, open, append, clock } = batchIn(storage)
    await index.add({ id: BATCH_ID, tenantId: 'acme', createdAt: clock.now(), lookAt: clock.now() + 60_000 })
    await keeper.create(batchOf())
    await append(0, [item()])
    await storage.deleteAlarm()
    await clock.advance(120_000)
    await sweepRecords({ index, objects: { getByName: () => open() }, clock, logger: silentLogger })
    expect(await storage.getAlarm()).toBe(clock.now())
  })
})
