import { expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlKeptCounts, keptCountSchema } from '#adapters/sql/kept-counts.ts'
import { migrate } from '#adapters/sql/schema.ts'

const counts = { queued: 0, running: 0, waiting: 0, completed: 5, failed: 1, canceled: 0 }

test('the newest count of each tenant is kept', async () => {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, keptCountSchema)
  const kept = new SqlKeptCounts(db)
  expect(await kept.read('acme')).toBeNull()
  await kept.keep('acme', { counts, countedAt: 2000 })
  await kept.keep('acme', { counts: { ...counts, completed: 4 }, countedAt: 1000 })
  await kept.keep('other', { counts: { ...counts, completed: 9 }, countedAt: 3000 })
  expect(await kept.read('acme')).toEqual({ counts, countedAt: 2000 })
  expect((await kept.read('other'))?.counts.completed).toBe(9)
  expect(await kept.read('third')).toBeNull()
  await kept.keep('acme', { counts: { ...counts, completed: 6 }, countedAt: 4000 })
  expect((await kept.read('acme'))?.counts.completed).toBe(6)
  await db.close()
})
