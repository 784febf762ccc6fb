import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { contentSchema } from '#adapters/cloudflare/content-index.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { COUNTED_BATCH } from '#bench/batch-on-cloudflare.ts'
import { billOfItem, dollars } from '#bench/bill.ts'
import { ended } from '#test/contracts/batch-scene.ts'
import { BATCH_ID, batchOf } from '#test/support/batch.ts'
import { batchIn, itemsWithContents } from './batch-in-object.ts'
import { countedD1 } from './counted-d1.ts'
import { countedStorage } from './counted-storage.ts'

afterAll(() => reset())

/** What a batch uses from its creation to its deletion. */
async function useOf(items: number): Promise<typeof COUNTED_BATCH> {
  await migrate(new D1SqlDatabase(env.JOB_INDEX), recordIndexSchema, contentSchema)
  const d1 = countedD1(env.JOB_INDEX)
  const object = env.CONTRACT_HOST.getByName(`batch-cost-${String(items)}`)
  return runInDurableObject(object, async (_instance, { storage: real }) => {
    const { counts, storage } = countedStorage(real)
    const { index, keeper, append, end, close, fire, submitted, clock } = batchIn(storage, { database: d1.db })
    let [alarmsFired, mostCalls] = [0, 0]
    const calls = async (work: () => Promise<unknown>): Promise<void> => {
      const before = submitted.length
      await work()
      mostCalls = Math.max(mostCalls, submitted.length - before)
    }
    const wake = async (): Promise<void> => {
      alarmsFired++
      await calls(fire)
    }
    await index.add({ id: BATCH_ID, tenantId: 'acme', createdAt: clock.now(), lookAt: clock.now() + 60_000 })
    await keeper.create(batchOf({ maxConcurrency: 20 }))
    await calls(() => append(0, itemsWithContents(items)))
    await close()
    await wake()
    for (let line = 1; line <= items; line++) await calls(() => end([ended(line)]))
    await wake()
    expect(await keeper.load()).toMatchObject({ finishedAt: clock.now() })
    const storedBytes = real.sql.databaseSize
    for (let line = 1; line <= items; line++) await end([ended(line)])
    while ((await real.getAlarm()) !== null) await wake()
    expect(await keeper.load()).toBeNull()
    return {
      items,
      objectRowsWritten: counts.rowsWritten,
      objectRowsRead: counts.rowsRead,
      alarmsSet: counts.alarms,
      alarmsFired,
      d1Queries: d1.counts.queries,
      d1RowsWritten: d1.counts.rowsWritten,
      d1RowsRead: d1.counts.rowsRead,
      mostCalls,
      storedBytes,
    }
  })
}

test('what a batch uses, from its creation to its deletion, is what the bill is reckoned with', async () => {
  expect(await useOf(100)).toEqual(COUNTED_BATCH)
  const bill = billOfItem({ seconds: 10, days: 30, perDay: 10_000 }, 20)
  expect(dollars(bill, 150_000).toFixed(2)).toBe('8.22')
})

// What is counted for a hundred items holds for 150 000 only then.
test('an item of a larger batch reads and writes no more', async () => {
  const { items, objectRowsRead, objectRowsWritten, d1RowsRead, d1RowsWritten } = await useOf(400)
  const most = (items / COUNTED_BATCH.items) * 1.05
  expect(objectRowsRead).toBeLessThan(COUNTED_BATCH.objectRowsRead * most)
  expect(objectRowsWritten).toBeLessThan(COUNTED_BATCH.objectRowsWritten * most)
  expect(d1RowsRead).toBeLessThan(COUNTED_BATCH.d1RowsRead * most)
  expect(d1RowsWritten).toBeLessThan(COUNTED_BATCH.d1RowsWritten * most)
})
