import type { BatchCursor, BatchIndex, BatchListQuery } from '#ports/batch-index.ts'
import { type SqlDatabase, numberAt, textAt } from './database.ts'

/** Reads the totals that lie beside the items of every batch. */
export class SqlBatchIndex implements BatchIndex {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async list({ tenantId, size, after }: BatchListQuery): Promise<readonly BatchCursor[]> {
    const from = after ? 'AND (created_at, batch_id) < (?, ?)' : ''
    const sql = `SELECT batch_id, created_at FROM batch_totals WHERE tenant_id = ? ${from}
      ORDER BY created_at DESC, batch_id DESC LIMIT ?`
    const params = after ? [tenantId, after.createdAt, after.id, size] : [tenantId, size]
    const rows = await this.#db.query(sql, ...params)
    return rows.map((row) => ({ id: textAt(row, 'batch_id'), createdAt: numberAt(row, 'created_at') }))
  }

  /** Reads a row for each batch that is kept. An index would be written with each change of the totals. */
  async unfinishedLines(tenantId: string): Promise<number> {
    const sql = `SELECT CAST(COALESCE(SUM(next), 0) AS BIGINT) AS lines FROM batch_totals
      WHERE tenant_id = ? AND (closed = 0 OR pending + running > 0)`
    const [row] = await this.#db.query(sql, tenantId)
    return row ? numberAt(row, 'lines') : 0
  }
}
