import { type SqlDatabase, textAt } from '#adapters/sql/database.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'

/** In D1: bulk operations that may not be completed yet, so that one whose alarm was lost is found. */
export const operationIndexSchema: SqlSchema = {
  name: 'operation_index',
  statements: [
    'CREATE TABLE open_operations (id TEXT PRIMARY KEY, look_at BIGINT NOT NULL) WITHOUT ROWID',
    'CREATE INDEX open_operations_by_time ON open_operations (look_at)',
  ],
}

const CLAIM = `
  UPDATE open_operations SET look_at = ? WHERE id IN (SELECT id FROM open_operations WHERE look_at <= ? ORDER BY look_at LIMIT ?)
  RETURNING id`

export class OperationIndex {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  /** Before the operation itself is stored. Repeating it changes nothing. */
  async add(id: string, at: number): Promise<void> {
    const sql = 'INSERT INTO open_operations (id, look_at) VALUES (?, ?) ON CONFLICT DO NOTHING'
    await this.#db.batch([{ sql, params: [id, at] }])
  }

  /** Ids of those that were to be looked after before `before`, longest ago first; each is next to be looked after at `until`. */
  async claim({ before, until, most }: { before: number; until: number; most: number }): Promise<readonly string[]> {
    return (await this.#db.query(CLAIM, until, before, most)).map((row) => textAt(row, 'id'))
  }

  async remove(id: string): Promise<void> {
    await this.#db.batch([{ sql: 'DELETE FROM open_operations WHERE id = ?', params: [id] }])
  }
}
