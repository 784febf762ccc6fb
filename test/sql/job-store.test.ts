import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recentJobs } from '#adapters/node/engine/recent-jobs.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

let db: SqliteDatabase

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  for (const schema of [jobsSchema, journalSchema]) await migrate(db, schema)
})

afterEach(async () => {
  await db.close()
})

describe.each([
  { which: 'with a cache', cache: recentJobs() },
  { which: 'without a cache', cache: undefined },
])('a store $which', ({ cache }) => {
  const newStore = () => new SqlJobStore(db, { waker: new RecordingWaker(), ...(cache && { cache }) })

  test('tells whoever asks in the middle of a commit how the job stands after it', async () => {
    const store = newStore()
    const { job, event, state } = submitted()
    await store.create(job, event)
    const events = [started(T0 + 1000)]
    const save = store.save(after(state, events), events)
    const asked = store.get(job.tenantId, job.id)
    expect(await asked).toMatchObject({ status: 'running', version: 2 })
    await save
  })

  test('tells whoever asks in the middle of a commit that is refused how the job stands', async () => {
    const store = newStore()
    const { job, event, state } = submitted()
    await store.create(job, event)
    const events = [started(T0 + 1000)]
    await store.save(after(state, events), events)
    const late = [started(T0 + 2000)]
    const refused = expect(store.save(after(state, late), late)).rejects.toMatchObject({ code: 'version_conflict' })
    expect(await store.get(job.tenantId, job.id)).toMatchObject({ version: 2, updatedAt: T0 + 1000 })
    await refused
  })
})
