import { expect, test } from 'vitest'
import { SqlBatchItems } from '#adapters/sql/batch-items.ts'
import type { SqlDatabase, Statement } from '#adapters/sql/database.ts'
import { BATCH, NONE, ended, filled, items, take } from '#test/contracts/batch-scene.ts'
import { testDatabase } from '#test/support/test-database.ts'

/** The same database for two servers, whose first commits wait for each other: both have read what the other changes. */
function meeting(db: SqlDatabase): SqlDatabase {
  const both = Promise.withResolvers<undefined>()
  let arrived = 0
  return {
    query: (sql, ...params) => db.query(sql, ...params),
    batch: async (statements: readonly Statement[]) => {
      if (++arrived === 2) both.resolve(undefined)
      await both.promise
      return db.batch(statements)
    },
  }
}

test('an end that two servers report at once is counted once', async () => {
  const { db, ready } = testDatabase()
  await ready
  const store = new SqlBatchItems(db)
  await filled(store, items(2))
  await take(store)
  const shared = meeting(db)
  const servers = [new SqlBatchItems(shared), new SqlBatchItems(shared)]
  await Promise.all(servers.map((server) => server.end(BATCH.id, [ended(1)])))
  const totals = await store.totals(BATCH.id)
  expect([totals?.counts, totals?.inputTokens]).toEqual([{ ...NONE, running: 1, completed: 1 }, 10])
})
