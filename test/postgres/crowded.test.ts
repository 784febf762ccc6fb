import { expect, test } from 'vitest'
import { createPostgresEngine } from '#composition/node-postgres-engine.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { eventually } from '#test/support/eventually.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ROOMY } from '#test/support/test-app.ts'
import { NOTHING, NO_SKEW } from './engine-work.ts'
import { emptyDatabase, openScene } from './scene.ts'

test('a message whose receiver has no place for it comes again after a rest, and one that is delivered does not', async () => {
  const { pool, queue, clock, db, close } = await openScene(await emptyDatabase())
  const begun: string[] = []
  const deliver = (jobId: string) => {
    begun.push(jobId)
    return Promise.resolve(
      jobId === 'job_crowded' ? ({ kind: 'crowded', whenFree: () => Promise.resolve() } as const) : null,
    )
  }
  const operations = { unfinished: () => Promise.resolve([]) }
  const engine = createPostgresEngine(
    { pool, queue, operations: operations as never, clock, logger: silentLogger, skew: NO_SKEW },
    {
      work: { ...NOTHING, deliver },
      options: { concurrency: 4, tenants: new TenantPolicies(ROOMY), knownTenants: () => Promise.resolve([]) },
    },
  )
  const ids = ['job_crowded', 'job_free']
  await queue.sendNow(ids.map((id) => ({ kind: 'deliver', id, tenantId: 'acme', key: id, at: clock.now() })))
  await engine.start()
  engine.nudge({ kind: 'deliver', tenantId: 'acme' })
  await eventually(async () => {
    const rows = await db.query(
      "SELECT data::json ->> 'id' AS id, data::json ->> 'at' AS at FROM errand_queue.job WHERE name = 'errand-deliver' AND state < 'completed'",
    )
    expect(rows).toEqual([{ id: 'job_crowded', at: String(clock.now() + 10_000) }])
  })
  expect(begun.sort()).toEqual(ids)
  await engine.drain(0)
  await close()
})
