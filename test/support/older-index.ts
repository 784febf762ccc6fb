import { deepStrictEqual } from 'node:assert/strict'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { T0 } from './fixtures.ts'

const PAGE = { tenantId: 'acme', size: 50, after: null, mostChars: Infinity } as const
const DAY_MS = 86_400_000

const INSERT_JOB = `INSERT INTO jobs (id, tenant_id, status, agent, created_at, updated_at, wake_at, wake_kind, version, tags,
  metadata, has_unknown_calls) VALUES (?, 'acme', ?, 'writer', ?, ?, ?, 'run', 3, '[]', '{}', ?)`

const INSERT_PROPOSAL = `INSERT INTO proposals (id, tenant_id, job_id, agent, status, created_at, bucket, version, flags, record)
  VALUES (?, 'acme', 'job_1', 'writer', 'proposed', ?, 0, 1, '[]', ?)`

/** Jobs and proposals as a release wrote them that did not have the columns yet. */
async function fill(db: SqlDatabase): Promise<void> {
  const jobs = [
    { id: 'allows', status: 'waiting', wakeAt: T0 + DAY_MS, unknown: 0 },
    { id: 'retries', status: 'waiting', wakeAt: T0 + 3_600_000, unknown: 0 },
    { id: 'reports', status: 'waiting', wakeAt: T0 + DAY_MS, unknown: 1 },
    { id: 'runs', status: 'running', wakeAt: T0 + DAY_MS, unknown: 0 },
  ]
  const targets = { prop_1: 'product:1', prop_2: 'café "blå"', prop_3: 'nul:\0' }
  await db.batch([
    ...jobs.map(({ id, status, wakeAt, unknown }) => ({
      sql: INSERT_JOB,
      params: [id, status, T0, T0, wakeAt, unknown],
    })),
    ...Object.entries(targets).map(([id, target]) => ({
      sql: INSERT_PROPOSAL,
      params: [id, T0, JSON.stringify({ id, target, after: null })],
    })),
  ])
}

/** Fails where the filters do not find what a release stored that did not have their columns. */
export async function findOlderRows(db: SqlDatabase): Promise<void> {
  await fill(db)
  const statements = jobsSchema.statements.filter((one) => typeof one !== 'string' || one.startsWith('UPDATE'))
  await migrate(db, { name: 'upgrade', statements })
  const { jobs } = await new SqlJobIndex(db).list({ ...PAGE, filter: { needsApproval: true } })
  deepStrictEqual(
    jobs.map(({ id }) => id),
    ['allows'],
  )
  for (const [target, id] of [
    ['product:', 'prop_1'],
    ['café "', 'prop_2'],
  ] as const) {
    const { ids } = await new SqlProposalIndex(db).ids({ ...PAGE, filter: { target } })
    deepStrictEqual(ids, [id])
  }
}
