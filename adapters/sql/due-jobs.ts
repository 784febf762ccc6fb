import { LARGEST_SKEW_MS } from '#domain/time/clock-step.ts'
import type { WakeKind } from '#domain/job/wake.ts'
import type { DueJobs, DueQuery, TenantWakes } from '#ports/due-jobs.ts'
import type { WokenJob } from '#ports/waker.ts'
import { type SqlDatabase, textAt } from './database.ts'

/** From one tenant to the next along `jobs_by_turn`, so that it costs a few look-ups for each tenant and none for each job. */
const TENANTS = `
  WITH RECURSIVE tenants (tenant_id) AS (
    SELECT MIN(tenant_id) FROM jobs WHERE wake_kind = ?
    UNION ALL
    SELECT (SELECT MIN(jobs.tenant_id) FROM jobs WHERE wake_kind = ? AND jobs.tenant_id > tenants.tenant_id)
    FROM tenants WHERE tenants.tenant_id IS NOT NULL
  )
  SELECT tenant_id,
    (SELECT MIN(wake_at) FROM jobs WHERE wake_kind = ? AND jobs.tenant_id = tenants.tenant_id AND wake_at <= ?) AS due_at,
    (SELECT MIN(wake_at) FROM jobs WHERE wake_kind = ? AND jobs.tenant_id = tenants.tenant_id AND wake_at > ?) AS next_at
  FROM tenants WHERE tenant_id IS NOT NULL`

export class SqlDueJobs implements DueJobs {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async tenants(kind: WakeKind, now: number): Promise<readonly TenantWakes[]> {
    const rows = await this.#db.query(TENANTS, kind, kind, kind, now, kind, now)
    return rows.map((row) => {
      const nextAt = row['next_at']
      const isDue = row['due_at'] !== null
      return { tenantId: textAt(row, 'tenant_id'), isDue, nextAt: typeof nextAt === 'number' ? nextAt : null }
    })
  }

  async due({ kind, tenantId, now, limit }: DueQuery): Promise<readonly string[]> {
    const sql = 'SELECT id FROM jobs WHERE wake_kind = ? AND tenant_id = ? AND wake_at <= ? ORDER BY wake_at LIMIT ?'
    const rows = await this.#db.query(sql, kind, tenantId, now, limit)
    return rows.map((row) => textAt(row, 'id'))
  }

  async ahead(kind: WakeKind, now: number): Promise<readonly WokenJob[]> {
    const sql = 'SELECT id, tenant_id FROM jobs WHERE wake_kind = ? AND wake_at > ? AND updated_at > ? ORDER BY wake_at'
    const rows = await this.#db.query(sql, kind, now, now + LARGEST_SKEW_MS)
    return rows.map((row) => ({ id: textAt(row, 'id'), tenantId: textAt(row, 'tenant_id') }))
  }

  async expediteRunning(): Promise<number> {
    const where = "wake_kind = 'run' AND status = 'running'"
    const running = await this.#db.query(`SELECT id FROM jobs WHERE ${where}`)
    await this.#db.batch([{ sql: `UPDATE jobs SET wake_at = 0 WHERE ${where}`, params: [] }])
    return running.length
  }
}
