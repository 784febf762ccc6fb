import { afterEach, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { batchSchema } from '#adapters/sql/batch-tables.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { BAD, BATCH, ended, filled, items, take } from '#test/contracts/batch-scene.ts'
import { planned } from './plans.ts'

const database = new SqliteDatabase(':memory:')
await migrate(database, batchSchema)
afterEach(() => database.close())

test('what asks for items of one status reads no others', async () => {
  const { recorded, stepsOn } = planned(database)
  const store = new SqlBatchItems(recorded)
  await filled(store, [...items(4), BAD])
  await take(store, 2)
  await store.giveBack(BATCH.id, [{ line: 1, round: 0 }])
  await store.end(BATCH.id, [ended(0)])
  await store.list({ batchId: BATCH.id, status: 'failed', after: 0, size: 10 })
  await store.reopen({ batchId: BATCH.id, most: 10, at: 8000, status: 'failed', round: 1 })
  await store.control(BATCH.id, { isClosed: true, window: 0, version: 2 })
  await store.cancelPending({ batchId: BATCH.id, most: 10, at: 9000 })
  const steps = await stepsOn('batch_items')
  expect(steps.length).toBeGreaterThan(6)
  expect(steps.filter((step) => !/status=\?|line=\?/.test(step))).toEqual([])
})
