import { test } from 'vitest'
import { findOlderRows } from '#test/support/older-index.ts'
import { testDatabase } from '#test/support/test-database.ts'

test('after an upgrade on SQLite, filters find the jobs and proposals of before', async () => {
  const { db, ready } = testDatabase()
  await ready
  await findOlderRows(db)
  await db.close()
})
