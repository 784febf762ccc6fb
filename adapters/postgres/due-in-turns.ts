import type pg from 'pg'
import type { WakeKind } from '#domain/job/wake.ts'
import type { WakeRequest } from './wake-queue.ts'

/** Most jobs in one look. */
const MOST = 500
/** Most jobs of one tenant in one look. */
const MOST_OF_ONE = 100

export interface DueRow {
  readonly id: string
  readonly tenant_id: string
  readonly version: number
}

/** From tenant to tenant along `jobs_by_turn`: a few look-ups for each tenant and none for each job. */
const TENANTS = `
  WITH RECURSIVE tenants (tenant_id) AS (
    SELECT MIN(tenant_id) FROM jobs WHERE wake_kind = $1
    UNION ALL
    SELECT (SELECT MIN(jobs.tenant_id) FROM jobs WHERE wake_kind = $1 AND jobs.tenant_id > tenants.tenant_id)
    FROM tenants WHERE tenants.tenant_id IS NOT NULL
  )`

const DUE_TENANTS = `${TENANTS}
  SELECT tenant_id FROM tenants
  WHERE EXISTS (SELECT 1 FROM jobs WHERE wake_kind = $1 AND jobs.tenant_id = tenants.tenant_id AND wake_at <= $2)`

/** Of each tenant the jobs that have been due for longest: the first of all, then the second of all. */
const DUE_JOBS = `${TENANTS}
  SELECT due.id, due.tenant_id, due.version
  FROM tenants CROSS JOIN LATERAL (
    SELECT id, jobs.tenant_id, version, row_number() OVER (ORDER BY wake_at) AS turn FROM jobs
    WHERE wake_kind = $1 AND jobs.tenant_id = tenants.tenant_id AND wake_at <= $2 AND status <> 'running'
    ORDER BY wake_at LIMIT ${String(MOST_OF_ONE)}) AS due
  ORDER BY due.turn, due.tenant_id LIMIT $3`

/** Jobs that are due for this kind of work and not in execution, at most `most`, tenants in turns. */
export async function dueInTurns(
  client: pg.Pool | pg.PoolClient,
  { kind, at, most }: { readonly kind: WakeKind; readonly at: number; readonly most: number },
): Promise<readonly DueRow[]> {
  const { rows } = await client.query<DueRow>({ name: 'errand_due_in_turns', text: DUE_JOBS, values: [kind, at, most] })
  return rows
}

/** The tenants that have jobs which are due for this kind of work. */
export async function tenantsWithDue(pool: pg.Pool, kind: WakeKind, at: number): Promise<readonly string[]> {
  const query = { name: 'errand_due_tenants', text: DUE_TENANTS, values: [kind, at] }
  return (await pool.query<{ tenant_id: string }>(query)).rows.map((row) => row.tenant_id)
}

/** The tenants that have bulk operations which are not completed. */
export async function tenantsWithOperations(pool: pg.Pool): Promise<readonly string[]> {
  const text = "SELECT DISTINCT tenant_id FROM operations WHERE status = 'running'"
  const { rows } = await pool.query<{ tenant_id: string }>({ name: 'errand_operation_tenants', text })
  return rows.map((row) => row.tenant_id)
}

/** How many jobs of a tenant are in execution, on whichever server; counts up to `most`. */
export async function runningOf(pool: pg.Pool, tenantId: string, most: number): Promise<number> {
  const text = `SELECT COUNT(*) AS n FROM (SELECT 1 FROM jobs WHERE tenant_id = $1 AND status = 'running' LIMIT $2) AS running`
  const { rows } = await pool.query<{ n: number }>({ name: 'errand_running', text, values: [tenantId, most] })
  return rows[0]?.n ?? 0
}

/** Wakes for the jobs that are due since `at`, in case those that were set have been lost. One under the key of a wake that has not come yet is the same wake. */
export async function overdueWakes(client: pg.Pool | pg.PoolClient, at: number): Promise<readonly WakeRequest[]> {
  const run = await dueInTurns(client, { kind: 'run', at, most: MOST })
  const deliver = await dueInTurns(client, { kind: 'deliver', at, most: MOST })
  return [...wakesFor('run', run, at), ...wakesFor('deliver', deliver, at)]
}

export function wakesFor(kind: 'run' | 'deliver', rows: readonly DueRow[], at: number): readonly WakeRequest[] {
  return rows.map(({ id, tenant_id: tenantId, version }) => ({ kind, id, tenantId, key: `${id}:${String(version)}`, at }))
}
