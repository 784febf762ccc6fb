import { afterEach, beforeEach, expect, test } from 'vitest'
import { linesStatement } from '#adapters/sql/items-by-key.ts'
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
