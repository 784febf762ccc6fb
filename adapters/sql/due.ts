import { LARGEST_SKEW_MS } from '#domain/time/clock-step.ts'
import { ALL_AGENTS, type AgentSelection, type Due, type DueJobs, type DueQuery, type TenantWakes } from '#ports/due.ts'
import type { Woken } from '#ports/waker.ts'
import { type SqlDatabase, textAt } from './database.ts'
import { type DueStatements, dueStatements } from './due-statements.ts'
import { JOB_WAKES } from './jobs-table.ts'
import type { WakeTable } from './wake-table.ts'

/** What is due of one table. */
export class SqlDue implements Due {
  readonly #db: SqlDatabase
  readonly #statements: DueStatements

  /** @param agents of jobs; not all only where the table has an index by agent. */
  constructor(db: SqlDatabase, table: WakeTable, agents: AgentSelection = ALL_AGENTS) {
    this.#db = db
    this.#statements = dueStatements(table, agents)
  }

  async tenants(kind: string, now: number): Promise<readonly TenantWakes[]> {
    const { sql, params } = this.#statements.tenants(kind, now)
    const rows = await this.#db.query(sql, ...params)
    return rows.flatMap((row) => {
      const nextAt = typeof row['next_at'] === 'number' ? row['next_at'] : null
      const isDue = row['due_at'] !== null
      return isDue || nextAt !== null ? [{ tenantId: textAt(row, 'tenant_id'), isDue, nextAt }] : []
    })
  }

  async due(query: DueQuery): Promise<readonly string[]> {
    const { sql, params } = this.#statements.due(query)
    const rows = await this.#db.query(sql, ...params)
    return rows.map((row) => textAt(row, 'id'))
  }

  async ahead(kind: string, now: number): Promise<readonly Woken[]> {
    const { sql, params } = this.#statements.ahead(kind, { now, writtenAfter: now + LARGEST_SKEW_MS })
    const rows = await this.#db.query(sql, ...params)
    return rows.map((row) => ({ id: textAt(row, 'id'), tenantId: textAt(row, 'tenant_id') }))
  }
}

export class SqlDueJobs extends SqlDue implements DueJobs {
  readonly #jobs: SqlDatabase

  constructor(db: SqlDatabase, agents: AgentSelection = ALL_AGENTS) {
    super(db, JOB_WAKES, agents)
    this.#jobs = db
  }

  async expediteRunning(): Promise<number> {
    const where = "wake_kind IN ('run', 'item') AND status = 'running'"
    const running = await this.#jobs.query(`SELECT id FROM jobs WHERE ${where}`)
    await this.#jobs.batch([{ sql: `UPDATE jobs SET wake_at = 0 WHERE ${where}`, params: [] }])
    return running.length
  }
}
