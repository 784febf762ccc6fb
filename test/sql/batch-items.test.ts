import { afterAll, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { batchSchema } from '#adapters/sql/batch-tables.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { BAD, BATCH, ended, filled, items, take } from '#test/contracts/batch-scene.ts'
import { planned } from './plans.ts'

/** What a release had before refused lines were counted. */
const OLDER = { ...batchSchema, statements: batchSchema.statements.slice(0, -2) }

const database = new SqliteDatabase(':memory:')
await migrate(database, batchSchema)
afterAll(() => database.close())

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

test('refused lines of an earlier release are counted once, and items that failed as jobs are not', async () => {
  const older = new SqliteDatabase(':memory:')
  await migrate(older, OLDER)
  const rows = [
    `INSERT INTO batch_totals (batch_id, tenant_id, created_at, next, closed, window_size, last_item_at, failed)
      VALUES ('bat_1', 'acme', 0, 3, 1, 0, 0, 3), ('bat_2', 'acme', 0, 0, 1, 0, 0, 0)`,
    `INSERT INTO batch_items (batch_id, line, tenant_id, status, input, metadata) VALUES
      ('bat_1', 1, 'acme', 'failed', NULL, '{}'), ('bat_1', 2, 'acme', 'failed', 'null', '{}'),
      ('bat_1', 3, 'acme', 'failed', NULL, '{}')`,
  ]
  await older.batch(rows.map((sql) => ({ sql, params: [] })))
  await migrate(older, batchSchema)
  const store = new SqlBatchItems(older)
  const refused = async (id: string) => (await store.totals(id))?.refusedLines
  expect([await refused('bat_1'), await refused('bat_2')]).toEqual([2, 0])
  await older.close()
})
