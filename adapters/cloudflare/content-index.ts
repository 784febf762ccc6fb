import { type SqlDatabase, numberAt, textAt } from '#adapters/sql/database.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'
import type { DoneItem } from '#ports/batch-items.ts'

/** In D1: which item has done what the contents of an item ask for. One row each, because rows are what is billed. */
export const contentSchema: SqlSchema = {
  name: 'batch_contents',
  statements: [
    `CREATE TABLE batch_contents (
       tenant_id TEXT NOT NULL,
       content_key TEXT NOT NULL,
       batch_id TEXT NOT NULL,
       line BIGINT NOT NULL,
       round BIGINT NOT NULL,
       PRIMARY KEY (tenant_id, content_key)
     ) WITHOUT ROWID`,
  ],
}

/** D1 takes a hundred parameters, so lists are one. */
const ADD = `
  INSERT INTO batch_contents (tenant_id, content_key, batch_id, line, round)
  SELECT ?, value ->> '$.contentKey', value ->> '$.batchId', value ->> '$.line', value ->> '$.round' FROM json_each(?)
  WHERE TRUE ON CONFLICT DO NOTHING`
const FIND = `
  SELECT batch_id, line, round, content_key FROM batch_contents
  WHERE tenant_id = ? AND content_key IN (SELECT value FROM json_each(?))`
const REMOVE = `
  DELETE FROM batch_contents
  WHERE tenant_id = ? AND batch_id = ? AND content_key IN (SELECT value FROM json_each(?))`

/** Finds work that is done across batches, which are in objects of their own. */
export class ContentIndex {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  /** The first item that has done something stands. Harmless to repeat. */
  async add(tenantId: string, items: readonly DoneItem[]): Promise<void> {
    await this.#db.batch([{ sql: ADD, params: [tenantId, JSON.stringify(items)] }])
  }

  async find(tenantId: string, contentKeys: readonly string[]): Promise<readonly DoneItem[]> {
    if (contentKeys.length === 0) return []
    const rows = await this.#db.query(FIND, tenantId, JSON.stringify(contentKeys))
    return rows.map((row) => ({
      batchId: textAt(row, 'batch_id'),
      line: numberAt(row, 'line'),
      round: numberAt(row, 'round'),
      contentKey: textAt(row, 'content_key'),
    }))
  }

  /** Those of this batch. */
  async remove(tenantId: string, batchId: string, contentKeys: readonly string[]): Promise<void> {
    await this.#db.batch([{ sql: REMOVE, params: [tenantId, batchId, JSON.stringify(contentKeys)] }])
  }
}
