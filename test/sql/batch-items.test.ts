import { afterEach, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import { batchSchema } from '#adapters/sql/batch-tables.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { BAD, BATCH, ended, filled, items, take } from '#test/contracts/batch-scene.ts'

const database = new SqliteDatabase(':memory:')
await migrate(database, batchSchema)
afterEach(() => database.close())

/** How SQLite finds rows of `batch_items` for all that was asked since, a line a step. */
function stepsOf(db: SqliteDatabase): { readonly recorded: SqlDatabase; readonly steps: () => Promise<string[]> } {
  const asked = new Set<string>()
  const recorded: SqlDatabase = {
    query: (sql, ...params) => {
      asked.add(sql)
      return db.query(sql, ...params)
    },
    batch: (statements) => {
      for (const { sql } of statements) asked.add(sql)
      return db.batch(statements)
    },
  }
  const steps = async () => {
    const plans = await Promise.all([...asked].map((sql) => db.query(`EXPLAIN QUERY PLAN ${sql}`)))
    return plans
      .flatMap((plan) => plan.map(({ detail }) => String(detail)))
      .filter((step) => step.includes(' batch_items '))
  }
  return { recorded, steps }
}

// SQLite has no statistics here, as in a Durable Object and in a file that is new.
test('what asks for items of one status reads no others', async () => {
  const { recorded, steps } = stepsOf(database)
  const store = new SqlBatchItems(recorded)
  await filled(store, [...items(4), BAD])
  await take(store, 2)
  await store.giveBack(BATCH.id, [{ line: 1, round: 0 }])
  await store.end(BATCH.id, [ended(0)])
  await store.list({ batchId: BATCH.id, status: 'failed', after: 0, size: 10 })
  await store.reopen({ batchId: BATCH.id, most: 10, at: 8000, status: 'failed', round: 1 })
  await store.control(BATCH.id, { isClosed: true, window: 0, version: 2 })
  await store.cancelPending({ batchId: BATCH.id, most: 10, at: 9000 })
  const found = await steps()
  expect(found.length).toBeGreaterThan(6)
  expect(found.filter((step) => !/status=\?|line=\?/.test(step))).toEqual([])
})
