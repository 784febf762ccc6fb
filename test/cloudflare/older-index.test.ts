import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { findOlderRows } from '#test/support/older-index.ts'
import { countOlderUsage } from '#test/support/older-usage.ts'

afterAll(() => reset())

test('after an upgrade on D1, filters find the jobs and proposals of before', async () => {
  const db = new D1SqlDatabase(env.JOB_INDEX)
  await migrate(db, jobsSchema)
  await findOlderRows(db)
})

test('an upgrade of D1 counts the jobs that had ended', async () => {
  const db = new D1SqlDatabase(env.JOB_INDEX)
  await migrate(db, jobsSchema)
  await countOlderUsage(db)
})
