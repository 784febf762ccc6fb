import { test } from 'vitest'
import { journalSchema } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { readOlderBatchCallbacks } from '#test/support/older-batch-callbacks.ts'
import { readOlderCallbacks } from '#test/support/older-callbacks.ts'
import { findOlderRows } from '#test/support/older-index.ts'
import { countOlderUsage } from '#test/support/older-usage.ts'
import { readOlderWaits } from '#test/support/older-waits.ts'
import { testDatabase } from '#test/support/test-database.ts'

test('after an upgrade on SQLite, filters find the jobs and proposals of before', async () => {
  const { db, ready } = testDatabase()
  await ready
  await findOlderRows(db)
  await db.close()
})

test('an upgrade of SQLite reads in the journals which jobs wait for approval', async () => {
  const { db, ready } = testDatabase()
  await ready
  await migrate(db, journalSchema)
  await readOlderWaits(db)
  await db.close()
})

test('an upgrade of SQLite reads in the journals which callbacks were given up', async () => {
  const { db, ready } = testDatabase()
  await ready
  await migrate(db, journalSchema)
  await readOlderCallbacks(db)
  await db.close()
})

test('an upgrade of SQLite finds the batches whose callbacks were given up', async () => {
  const { db, ready } = testDatabase()
  await ready
  await readOlderBatchCallbacks(db)
  await db.close()
})

test('an upgrade of SQLite counts the jobs that had ended', async () => {
  const { db, ready } = testDatabase()
  await ready
  await countOlderUsage(db)
  await db.close()
})
