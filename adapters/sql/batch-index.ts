import type { BatchCursor, BatchIndex, BatchIndexWriter, BatchListQuery } from '#ports/batch-index.ts'
import { type SqlDatabase, numberAt, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

/** What a shared database knows of callbacks, beside the totals (`batchSchema`) and the batches (`recordSchema`). */
export const batchCallbackSchema: SqlSchema = {
  name: 'batch_callbacks',
  statements: [
    'ALTER TABLE batch_totals ADD COLUMN has_failed_callback INTEGER NOT NULL DEFAULT 0',
    `CREATE INDEX batches_with_failed_callbacks ON batch_totals (tenant_id, created_at, batch_id)
       WHERE has_failed_callback = 1`,
    {
      // Metadata may read the same. Such a batch is noted too, and a list leaves it out when it reads it.
      table: 'batch_totals',
      key: 'batch_id',
      sql: `UPDATE batch_totals SET has_failed_callback = 1 WHERE batch_id > ? AND batch_id <= ?
        AND COALESCE((SELECT body FROM records WHERE id = batch_id AND kind = 'batch'), '') LIKE '%"status":"failed"%'`,
    },
  ],
}

/** Reads the totals that lie beside the items of every batch. */
export class SqlBatchIndex implements BatchIndex, BatchIndexWriter {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async list({ tenantId, size, after, hasFailedCallback }: BatchListQuery): Promise<readonly BatchCursor[]> {
    const from = after ? 'AND (created_at, batch_id) < (?, ?)' : ''
    const failed = hasFailedCallback ? 'AND has_failed_callback = 1' : ''
    const sql = `SELECT batch_id, created_at FROM batch_totals WHERE tenant_id = ? ${failed} ${from}
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

  async noteCallbacks(batchId: string, hasFailed: boolean): Promise<void> {
    const sql = 'UPDATE batch_totals SET has_failed_callback = ? WHERE batch_id = ? AND has_failed_callback <> ?'
    await this.#db.batch([{ sql, params: [Number(hasFailed), batchId, Number(hasFailed)] }])
  }
}
