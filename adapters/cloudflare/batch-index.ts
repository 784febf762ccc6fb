import { type SqlDatabase, numberAt, textAt } from '#adapters/sql/database.ts'
import { BATCH } from '#domain/batch/batch.ts'
import type { BatchCursor, BatchIndex, BatchIndexWriter, BatchListQuery } from '#ports/batch-index.ts'

/** Reads which batches there are in the index of records (`record-index.ts`). */
export class D1BatchIndex implements BatchIndex, BatchIndexWriter {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async list({ tenantId, size, after, hasFailedCallback }: BatchListQuery): Promise<readonly BatchCursor[]> {
    const from = after ? 'AND (created_at, id) < (?, ?)' : ''
    const failed = hasFailedCallback ? 'AND has_failed_callback = 1' : ''
    const sql = `SELECT id, created_at FROM record_index
      WHERE kind = ? AND tenant_id = ? AND created_at IS NOT NULL ${failed} ${from} ORDER BY created_at DESC, id DESC LIMIT ?`
    const params = after ? [tenantId, after.createdAt, after.id, size] : [tenantId, size]
    const rows = await this.#db.query(sql, BATCH.name, ...params)
    return rows.map((row) => ({ id: textAt(row, 'id'), createdAt: numberAt(row, 'created_at') }))
  }

  async unfinishedLines(tenantId: string): Promise<number> {
    const sql = 'SELECT COALESCE(SUM(unfinished_lines), 0) AS lines FROM record_index WHERE kind = ? AND tenant_id = ?'
    const [row] = await this.#db.query(sql, BATCH.name, tenantId)
    return row ? numberAt(row, 'lines') : 0
  }

  async noteCallbacks(batchId: string, hasFailed: boolean): Promise<void> {
    const sql = 'UPDATE record_index SET has_failed_callback = ? WHERE id = ? AND has_failed_callback <> ?'
    await this.#db.batch([{ sql, params: [Number(hasFailed), batchId, Number(hasFailed)] }])
  }
}
