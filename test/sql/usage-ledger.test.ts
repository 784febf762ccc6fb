import { expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { entryOf } from '#ports/job-index.ts'
import { usageOfEnded } from '#ports/usage-ledger.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { planned } from './plans.ts'

test.each([{}, { agent: 'writer' }, { model: 'scripted/test' }])(
  'a question reads its tenant and its days, and no job: %j',
  async (narrow) => {
    const db = new SqliteDatabase(':memory:')
    await migrate(db, jobsSchema)
    const { recorded, stepsOn } = planned(db)
    await new SqlUsageLedger(recorded).read({ tenantId: 'acme', from: 1, to: 30, ...narrow })
    const steps = await stepsOn('usage_days')
    expect(steps).toHaveLength(3)
    for (const step of steps)
      expect(step).toMatch(/^SEARCH usage_days USING PRIMARY KEY \(tenant_id=\? AND day>\? AND day<\?/)
    expect(await stepsOn('jobs')).toEqual([])
    await db.close()
  },
)

test('a head that says that its job has ended adds its usage once, and that of the next job of its id again', async () => {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, jobsSchema)
  const [index, ledger] = [new SqlJobIndex(db), new SqlUsageLedger(db)]
  const failed: JobEvent = { type: 'job.failed', at: T0 + 9, error: { code: 'model_failed', message: 'No.' } }
  const { job, state } = submitted({ jobId: 'job_again' })
  const ended = after(state, [failed]).job
  const next = after(submitted({ jobId: 'job_again', at: T0 + 5 }).state, [started(T0 + 6), failed]).job
  const count = async () => (await ledger.read({ tenantId: 'acme', from: 0, to: 1e6 })).days.map(({ failed: n }) => n)
  await index.put(entryOf(job), [])
  for (let repeat = 0; repeat < 2; repeat++) await index.put(entryOf(ended), usageOfEnded(ended))
  expect(await count()).toEqual([1])
  await index.put(entryOf(next), usageOfEnded(next))
  expect(await count()).toEqual([2])
  await db.close()
})
