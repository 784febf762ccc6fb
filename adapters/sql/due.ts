import { LARGEST_SKEW_MS } from '#domain/time/clock-step.ts'
import type { Due, DueJobs, DueQuery, TenantWakes } from '#ports/due.ts'
import type { Woken } from '#ports/waker.ts'
import { type SqlDatabase, textAt } from './database.ts'
import { JOB_WAKES } from './jobs-table.ts'
import type { WakeTable } from './wake-table.ts'

/** What is due of one table. */
export class SqlDue implements Due {
  readonly #db: SqlDatabase
  readonly #statements: ReturnType<typeof statementsFor>

  constructor(db: SqlDatabase, table: WakeTable) {
    this.#db = db
    this.#statements = statementsFor(table)
  }

  async tenants(kind: string, now: number): Promise<readonly TenantWakes[]> {
    const rows = await this.#db.query(this.#statements.tenants, kind, kind, kind, now, kind, now)
    return rows.map((row) => {
      const nextAt = row['next_at']
      const isDue = row['due_at'] !== null
      return { tenantId: textAt(row, 'tenant_id'), isDue, nextAt: typeof nextAt === 'number' ? nextAt : null }
    })
  }

  async due({ kind, tenantId, now, limit }: DueQuery): Promise<readonly string[]> {
    const rows = await this.#db.query(this.#statements.due, kind, tenantId, now, limit)
    return rows.map((row) => textAt(row, 'id'))
  }

  async ahead(kind: string, now: number): Promise<readonly Woken[]> {
    const rows = await this.#db.query(this.#statements.ahead, kind, now, now + LARGEST_SKEW_MS)
    return rows.map((row) => ({ id: textAt(row, 'id'), tenantId: textAt(row, 'tenant_id') }))
  }
}

export class SqlDueJobs extends SqlDue implements DueJobs {
  readonly #jobs: SqlDatabase

  constructor(db: SqlDatabase) {
    super(db, JOB_WAKES)
    this.#jobs = db
  }

  async expediteRunning(): Promise<number> {
    const where = "wake_kind IN ('run', 'item') AND status = 'running'"
    const running = await this.#jobs.query(`SELECT id FROM jobs WHERE ${where}`)
    await this.#jobs.batch([{ sql: `UPDATE jobs SET wake_at = 0 WHERE ${where}`, params: [] }])
    return running.length
  }
}

function statementsFor({ name, kindColumn }: WakeTable) {
  const first = (time: string): string =>
    `(SELECT MIN(wake_at) FROM ${name} WHERE ${kindColumn} = ? AND ${name}.tenant_id = tenants.tenant_id AND wake_at ${time})`
  return {
    // From one tenant to the next along the index, so that it costs a few look-ups for each tenant and none for each row.
    tenants: `
      WITH RECURSIVE tenants (tenant_id) AS (
        SELECT MIN(tenant_id) FROM ${name} WHERE ${kindColumn} = ? AND wake_at IS NOT NULL
        UNION ALL
        SELECT (SELECT MIN(${name}.tenant_id) FROM ${name}
          WHERE ${kindColumn} = ? AND ${name}.tenant_id > tenants.tenant_id AND wake_at IS NOT NULL)
        FROM tenants WHERE tenants.tenant_id IS NOT NULL
      )
      SELECT tenant_id, ${first('<= ?')} AS due_at, ${first('> ?')} AS next_at FROM tenants WHERE tenant_id IS NOT NULL`,
    due: `SELECT id FROM ${name} WHERE ${kindColumn} = ? AND tenant_id = ? AND wake_at <= ? ORDER BY wake_at LIMIT ?`,
    ahead: `SELECT id, tenant_id FROM ${name} WHERE ${kindColumn} = ? AND wake_at > ? AND updated_at > ? ORDER BY wake_at`,
  }
}
