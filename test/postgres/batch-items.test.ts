import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqlBatchIndex } from '#adapters/sql/batch-index.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { linesStatement } from '#adapters/sql/batch-tables.ts'
import { BATCH, ended, filled, items, take } from '#test/contracts/batch-scene.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

let scene: Scene

beforeEach(async () => {
  scene = await openScene(await emptyDatabase())
})

afterEach(() => scene.close())

test('keys are looked up along their index, also in a batch of which Postgres has no statistics', async () => {
  let params = 0
  const sql = linesStatement(500).replaceAll('?', () => `$${String(++params)}`)
  const values = Array.from({ length: params }, (_, index) => `key-${String(index)}`)
  const { rows } = await scene.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('Index Scan using batch_items_by_key')
  expect(plan).toMatch(/Index Cond: .*batch_id.*item_key/)
})

test('the lines of unfinished batches of a tenant are counted, until nothing is left of a closed one', async () => {
  const [stored, index] = [new SqlBatchItems(scene.db), new SqlBatchIndex(scene.db)]
  expect(await index.unfinishedLines('acme')).toBe(0)
  await filled(stored, items(2))
  await take(stored)
  expect(await index.unfinishedLines('acme')).toBe(2)
  expect(await index.unfinishedLines('other')).toBe(0)
  await stored.control(BATCH.id, { isClosed: true, window: 3, version: 2 })
  await stored.end(BATCH.id, [ended(1)])
  expect(await index.unfinishedLines('acme')).toBe(2)
  await stored.end(BATCH.id, [ended(2)])
  expect(await index.unfinishedLines('acme')).toBe(0)
})
