import { type SqlDatabase, textAt } from '#adapters/sql/database.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'

/** In D1: the records that have objects, and when to look whether their alarms have come. */
export const recordIndexSchema: SqlSchema = {
  name: 'record_index',
  statements: [
    'CREATE TABLE record_index (id TEXT PRIMARY KEY, kind TEXT NOT NULL, look_at BIGINT NOT NULL) WITHOUT ROWID',
    'CREATE INDEX record_index_by_time ON record_index (kind, look_at)',
  ],
}

const CLAIM = `
  UPDATE record_index SET look_at = ?
  WHERE id IN (SELECT id FROM record_index WHERE kind = ? AND look_at <= ? ORDER BY look_at LIMIT ?)
  RETURNING id`

/** One record, and when to look after it next (epoch ms); `null` when it is gone. */
export interface Looked {
  readonly id: string
  readonly at: number | null
}

export interface RecordClaim {
  /** Records that were to be looked after by then (epoch ms). */
  readonly by: number
  /** When they are to be looked after again, unless more becomes known of them. */
  readonly until: number
  readonly most: number
}

/** The records of one kind. */
export class RecordIndex {
  readonly #db: SqlDatabase
  readonly #kind: string

  constructor(db: SqlDatabase, kind: string) {
    this.#db = db
    this.#kind = kind
  }

  /** Before the record itself is stored. Repeating it changes nothing. */
  async add(id: string, lookAt: number): Promise<void> {
    const sql = 'INSERT INTO record_index (id, kind, look_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
    await this.#db.batch([{ sql, params: [id, this.#kind, lookAt] }])
  }

  /** Ids of those that are to be looked after, longest ago first. */
  async claim({ by, until, most }: RecordClaim): Promise<readonly string[]> {
    return (await this.#db.query(CLAIM, until, this.#kind, by, most)).map((row) => textAt(row, 'id'))
  }

  async note(looked: readonly Looked[]): Promise<void> {
    if (looked.length === 0) return
    await this.#db.batch(
      looked.map(({ id, at }) =>
        at === null
          ? { sql: 'DELETE FROM record_index WHERE id = ?', params: [id] }
          : { sql: 'UPDATE record_index SET look_at = ? WHERE id = ?', params: [at, id] },
      ),
    )
  }
}
