import type { WakeKind } from '#domain/job/wake.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import { type SqlDatabase, textAt } from './database.ts'

export class SqlDueJobs implements DueJobs {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async due(kind: WakeKind, now: number, limit: number): Promise<readonly string[]> {
    const sql = 'SELECT id FROM jobs WHERE wake_kind = ? AND wake_at <= ? ORDER BY wake_at LIMIT ?'
    const rows = await this.#db.query(sql, kind, now, limit)
    return rows.map((row) => textAt(row, 'id'))
  }

  async nextDueAt(kind: WakeKind): Promise<number | null> {
    const [row] = await this.#db.query('SELECT MIN(wake_at) AS at FROM jobs WHERE wake_kind = ?', kind)
    const at = row?.['at']
    return typeof at === 'number' ? at : null
  }

  async expediteRunning(): Promise<number> {
    const where = "wake_kind = 'run' AND status = 'running'"
    const running = await this.#db.query(`SELECT id FROM jobs WHERE ${where}`)
    await this.#db.batch([{ sql: `UPDATE jobs SET wake_at = 0 WHERE ${where}`, params: [] }])
    return running.length
  }
}
