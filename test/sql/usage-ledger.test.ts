import { expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlUsageLedger } from '#adapters/sql/usage-ledger.ts'
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
