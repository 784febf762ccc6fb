import type pg from 'pg'
import type { HeldLease } from '#application/lease-watch.ts'
import { type DueRow, wakesFor } from './due-in-turns.ts'
import type { WakeRequest } from './wake-queue.ts'

interface Row extends DueRow {
  readonly wake_at: number
}

/** What watches leases in this process. */
/** Takes note of all leases that are held now, and returns the ids of jobs whose lease has ended. */
export type LeaseObserver = (leases: readonly HeldLease[]) => ReadonlySet<string>

/** Far more than servers execute at once. The ones that end first come first, so what is beyond is seen later. */
const MOST = 10_000

const RUNNING = {
  name: 'errand_running_leases',
  text: `SELECT id, tenant_id, version, wake_at FROM jobs WHERE status = 'running' ORDER BY wake_at LIMIT $1`,
}

/** Wakes for running jobs whose lease has ended. The head of a running job is written with each renewal, and its wake is the end of the lease. */
export async function endedLeases(
  client: pg.PoolClient,
  observe: LeaseObserver,
  now: number,
): Promise<readonly WakeRequest[]> {
  const { rows } = await client.query<Row>({ ...RUNNING, values: [MOST] })
  const ended = observe(rows.map(({ id: jobId, version, wake_at: expiresAt }) => ({ jobId, version, expiresAt })))
  return wakesFor('run', rows.filter(({ id }) => ended.has(id)), now)
}
