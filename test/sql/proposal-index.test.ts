import { afterAll, beforeAll, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { ProposalFilter } from '#domain/write/filter.ts'
import { planned } from './plans.ts'

const database = new SqliteDatabase(':memory:')
beforeAll(() => migrate(database, jobsSchema))
afterAll(() => database.close())

const page = { tenantId: 'acme', size: 50, after: null, mostChars: 1000 }

test('the proposals of a job are found by the job, whatever else is asked', async () => {
  const { recorded, stepsOn } = planned(database)
  const index = new SqlProposalIndex(recorded)
  for (const filter of [{ jobId: 'job_1' }, { jobId: 'job_1', statuses: ['proposed' as const], createdBefore: 9 }]) {
    await index.list({ ...page, filter })
    await index.count('acme', filter)
  }
  const steps = await stepsOn('proposals')
  expect(steps.length).toBeGreaterThan(3)
  expect(steps.filter((step) => !/proposals_by_job \(job_id=\?\)|PRIMARY KEY \(id=\?\)/.test(step))).toEqual([])
})

test.each<ProposalFilter>([
  {},
  { statuses: ['proposed'], createdBefore: 9 },
  { statuses: ['proposed'], isReady: true },
  { statuses: ['proposed', 'approved'] },
  { batch: 'bat_1', createdBefore: 9 },
  { agent: 'writer', sample: 0.05 },
  { batch: 'bat_1', statuses: ['proposed'], isReady: true },
])('a count of %j reads an index, and no texts', async (filter) => {
  const { recorded, stepsOn } = planned(database)
  await new SqlProposalIndex(recorded).count('acme', filter)
  expect(await stepsOn('proposals')).toEqual([expect.stringContaining('USING COVERING INDEX')])
})

test('a page of which few fit is looked for in an index, without texts', async () => {
  const { recorded, stepsOn } = planned(database)
  const index = new SqlProposalIndex(recorded)
  await index.list({ ...page, filter: { batch: 'bat_1', statuses: ['stale'] } })
  await index.list({ ...page, filter: { statuses: ['stale'], sample: 0.05 } })
  const steps = await stepsOn('proposals')
  expect(steps.length).toBeGreaterThan(3)
  expect(steps.filter((step) => !/COVERING INDEX|PRIMARY KEY \(id=\?\)/.test(step))).toEqual([])
})
