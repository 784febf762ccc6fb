import { type SqlDatabase, textAt } from '#adapters/sql/database.ts'
import type { SqlSchema } from '#adapters/sql/schema.ts'
import type { RecordListQuery } from '#ports/record-store.ts'
import type { Looked } from './record-stub.ts'

/** In D1: the records that have objects, and when to look whether their alarms have come. */
export const recordIndexSchema: SqlSchema = {
  name: 'record_index',
  statements: [
    'CREATE TABLE record_index (id TEXT PRIMARY KEY, kind TEXT NOT NULL, look_at BIGINT NOT NULL) WITHOUT ROWID',
    'CREATE INDEX record_index_by_time ON record_index (kind, look_at)',
    // Of records that are listed; others have none.
    'ALTER TABLE record_index ADD COLUMN tenant_id TEXT',
    'CREATE INDEX record_index_by_tenant ON record_index (kind, tenant_id, id) WHERE tenant_id IS NOT NULL',
  ],
}

const CLAIM = `
  UPDATE record_index SET look_at = ?
  WHERE id IN (SELECT id FROM record_index WHERE kind = ? AND look_at <= ? ORDER BY look_at LIMIT ?)
  RETURNING id`

/** D1 takes a hundred parameters, so lists are one. */
const NOTE = `
  UPDATE record_index SET look_at = looked.at
  FROM (SELECT value ->> '$.id' AS id, value ->> '$.at' AS at FROM json_each(?)) AS looked
  WHERE record_index.id = looked.id`
const FORGET = 'DELETE FROM record_index WHERE id IN (SELECT value FROM json_each(?))'

/** A record that the index is to know. */
export interface Listed {
  readonly id: string
  /** When to look after it (epoch ms). */
  readonly lookAt: number
  /** Whose lists show it; `null` where none does. */
  readonly tenantId: string | null
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
  async add({ id, lookAt, tenantId }: Listed): Promise<void> {
    const sql = 'INSERT INTO record_index (id, kind, look_at, tenant_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
    await this.#db.batch([{ sql, params: [id, this.#kind, lookAt, tenantId] }])
  }

  /** Ids of a tenant's listed records, in order. */
  async list({ tenantId, size, after }: RecordListQuery): Promise<readonly string[]> {
    const sql = 'SELECT id FROM record_index WHERE kind = ? AND tenant_id = ? AND id > ? ORDER BY id LIMIT ?'
    const rows = await this.#db.query(sql, this.#kind, tenantId, after ?? '', size)
    return rows.map((row) => textAt(row, 'id'))
  }

  /** Ids of those that are to be looked after, longest ago first. */
  async claim({ by, until, most }: RecordClaim): Promise<readonly string[]> {
    return (await this.#db.query(CLAIM, until, this.#kind, by, most)).map((row) => textAt(row, 'id'))
  }

  async note(looked: readonly Looked[]): Promise<void> {
    const kept = looked.filter(({ at }) => at !== null)
    const gone = looked.filter(({ at }) => at === null).map(({ id }) => id)
    const statements = [
      ...(kept.length > 0 ? [{ sql: NOTE, params: [JSON.stringify(kept)] }] : []),
      ...(gone.length > 0 ? [{ sql: FORGET, params: [JSON.stringify(gone)] }] : []),
    ]
    if (statements.length > 0) await this.#db.batch(statements)
  }
}
