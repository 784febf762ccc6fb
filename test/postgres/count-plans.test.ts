import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SqlDatabase, SqlValue } from '#adapters/sql/database.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import type { JobFilter } from '#domain/job/filter.ts'
import { executedPlan, mostRead } from './executed-plan.ts'
import { type Scene, emptyDatabase, openScene } from './scene.ts'

const ENDED = 20_000

let scene: Scene

beforeAll(async () => {
  scene = await openScene(await emptyDatabase())
  await scene.pool.query(`
    INSERT INTO jobs (id, tenant_id, status, agent, batch, created_at, updated_at, wake_at, wake_kind, version, tags, metadata)
    SELECT 'job_' || n, 'acme', CASE n % 10 WHEN 0 THEN 'failed' ELSE 'completed' END, 'writer', 'b' || n % 10, n, n, n, 'delete', 1, '[]', '{}'
    FROM generate_series(1, ${String(ENDED)}) AS n`)
  await scene.pool.query(`
    INSERT INTO job_tags (tenant_id, tag, created_at, job_id)
    SELECT 'acme', 'all', n, 'job_' || n FROM generate_series(1, ${String(ENDED)}) AS n`)
  await scene.pool.query('VACUUM ANALYZE jobs, job_tags')
})

afterAll(() => scene.close())

/** The statement that counts these jobs. */
async function counting(
  count: (index: SqlJobIndex) => Promise<unknown>,
): Promise<{ text: string; values: readonly SqlValue[] }> {
  let asked = { text: '', values: [] as readonly SqlValue[] }
  const query: SqlDatabase['query'] = (sql, ...values) => {
    let count = 0
    asked = { text: sql.replace(/\?/g, () => `$${String(++count)}`), values }
    return Promise.resolve([])
  }
  await count(new SqlJobIndex({ query, batch: () => Promise.resolve(true) }))
  return asked
}

test.each([{}, { batch: 'b7' }, { agent: 'writer' }])(
  'the unfinished jobs are counted without the others: %j',
  async (filter) => {
    const { text, values } = await counting((index) =>
      index.count('acme', { ...filter, statuses: ['queued', 'running', 'waiting'] }),
    )
    const plan = await executedPlan(scene.pool, { text, values: values.map(String), mode: 'generic' })
    expect(mostRead(plan)).toBeLessThan(ENDED / 10)
  },
)

test.each<JobFilter>([
  { statuses: ['completed'] },
  { statuses: ['completed'], agent: 'writer' },
  { statuses: ['completed', 'failed'], createdBefore: 9_000_000_000_000, batch: 'b7' },
  { statuses: ['completed', 'failed'], tag: 'all', agent: 'writer' },
])('some jobs are counted without the others: %j', async (filter) => {
  const { text, values } = await counting((index) => index.countSome('acme', filter, 100))
  const plan = await executedPlan(scene.pool, { text, values: values.map(String), mode: 'generic' })
  expect(mostRead(plan)).toBeLessThanOrEqual(101)
})
