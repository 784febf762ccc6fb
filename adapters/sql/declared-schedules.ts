import type { DeclaredEntry, DeclaredSchedules } from '#ports/declared-schedules.ts'
import { type SqlDatabase, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

export const declaredScheduleSchema: SqlSchema = {
  name: 'declared_schedules',
  statements: [
    `CREATE TABLE declared_schedules (
       tenant_id TEXT NOT NULL,
       schedule_id TEXT NOT NULL,
       fingerprint TEXT NOT NULL,
       PRIMARY KEY (tenant_id, schedule_id)
     )`,
  ],
}

export class SqlDeclaredSchedules implements DeclaredSchedules {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async list(): Promise<readonly DeclaredEntry[]> {
    const rows = await this.#db.query(
      'SELECT tenant_id, schedule_id, fingerprint FROM declared_schedules ORDER BY tenant_id, schedule_id',
    )
    return rows.map((row) => ({
      tenantId: textAt(row, 'tenant_id'),
      scheduleId: textAt(row, 'schedule_id'),
      fingerprint: textAt(row, 'fingerprint'),
    }))
  }

  async put({ tenantId, scheduleId, fingerprint }: DeclaredEntry): Promise<void> {
    const sql = `INSERT INTO declared_schedules (tenant_id, schedule_id, fingerprint) VALUES (?, ?, ?)
      ON CONFLICT (tenant_id, schedule_id) DO UPDATE SET fingerprint = excluded.fingerprint`
    await this.#db.batch([{ sql, params: [tenantId, scheduleId, fingerprint] }])
  }

  async remove({ tenantId, scheduleId }: Pick<DeclaredEntry, 'tenantId' | 'scheduleId'>): Promise<void> {
    const sql = 'DELETE FROM declared_schedules WHERE tenant_id = ? AND schedule_id = ?'
    await this.#db.batch([{ sql, params: [tenantId, scheduleId] }])
  }
}
