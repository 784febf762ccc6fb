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
    'ALTER TABLE record_index ADD COLUMN tenant_id TEXT',
    'CREATE INDEX record_index_by_tenant ON record_index (kind, tenant_id, id) WHERE tenant_id IS NOT NULL',
    // When its object was first found without the record.
    'ALTER TABLE record_index ADD COLUMN missing_since BIGINT',
    // Where lists are by age.
    'ALTER TABLE record_index ADD COLUMN created_at BIGINT',
    'DROP INDEX record_index_by_time',
    'CREATE INDEX record_index_by_turn ON record_index (kind, look_at, tenant_id)',
    'CREATE INDEX record_index_by_age ON record_index (kind, tenant_id, created_at, id) WHERE created_at IS NOT NULL',
    // Of a batch: what counts for its tenant.
    'ALTER TABLE record_index ADD COLUMN unfinished_lines BIGINT',
    // Of a batch: a message to its callback is tried no more.
    'ALTER TABLE record_index ADD COLUMN has_failed_callback INTEGER NOT NULL DEFAULT 0',
    `CREATE INDEX record_index_by_callback ON record_index (kind, tenant_id, created_at, id)
       WHERE has_failed_callback = 1`,
  ],
}

/** Longer than a create is under way, which comes after its entry. */
export const MISSING_MS = 3_600_000

/** An earlier record of that id may have left its entry behind. */
const ADD = `
  INSERT INTO record_index (id, kind, tenant_id, look_at, created_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET look_at = MIN(look_at, excluded.look_at), missing_since = NULL
  WHERE missing_since IS NOT NULL OR look_at > excluded.look_at`

/** The first of each tenant, then the second of each, and so on. */
const DUE = `
  SELECT id FROM (
    SELECT id, look_at, ROW_NUMBER() OVER (PARTITION BY tenant_id ORDER BY look_at) AS turn
    FROM record_index WHERE kind = ? AND look_at <= ?
  ) ORDER BY turn, look_at LIMIT ?`

/** D1 takes a hundred parameters, so lists are one. */
const NOTE = `
  UPDATE record_index SET look_at = looked.at, missing_since = NULL
  FROM (SELECT value ->> '$.id' AS id, value ->> '$.at' AS at FROM json_each(?)) AS looked
  WHERE record_index.id = looked.id`
const FORGET = `
  DELETE FROM record_index WHERE missing_since IS NOT NULL AND id IN (SELECT value FROM json_each(?))`
const MISS = `
  UPDATE record_index SET look_at = ?, missing_since = ?
  WHERE missing_since IS NULL AND id IN (SELECT value FROM json_each(?))`

/** A record that the index is to know. */
export interface Listed {
  readonly id: string
  readonly tenantId: string
  /** When to look after it (epoch ms). */
  readonly lookAt: number
  /** Epoch ms, where lists are by age. */
  readonly createdAt?: number
}

/** The records of one kind. */
export class RecordIndex {
  readonly #db: SqlDatabase
  readonly #kind: string

  constructor(db: SqlDatabase, kind: string) {
    this.#db = db
    this.#kind = kind
  }

  /** Before the record itself is stored. May be repeated. */
  async add({ id, tenantId, lookAt, createdAt }: Listed): Promise<void> {
    await this.#db.batch([{ sql: ADD, params: [id, this.#kind, tenantId, lookAt, createdAt ?? null] }])
  }

  /** At once, where it is known that its record is about to go. */
  async remove(id: string): Promise<void> {
    await this.#db.batch([{ sql: 'DELETE FROM record_index WHERE id = ?', params: [id] }])
  }

  /** Of a batch: its lines, and 0 once it is over. */
  async countLines(id: string, lines: number): Promise<void> {
    const sql = 'UPDATE record_index SET unfinished_lines = ? WHERE id = ? AND unfinished_lines IS NOT ?'
    await this.#db.batch([{ sql, params: [lines, id, lines] }])
  }

  /** Ids of a tenant's records, in order. */
  async list({ tenantId, size, after }: RecordListQuery): Promise<readonly string[]> {
    const sql = 'SELECT id FROM record_index WHERE kind = ? AND tenant_id = ? AND id > ? ORDER BY id LIMIT ?'
    const rows = await this.#db.query(sql, this.#kind, tenantId, after ?? '', size)
    return rows.map((row) => textAt(row, 'id'))
  }

  /** Ids of at most so many that were to be looked after by `now`, longest ago first. Tenants have equal parts. */
  async due(now: number, most: number): Promise<readonly string[]> {
    return (await this.#db.query(DUE, this.#kind, now, most)).map((row) => textAt(row, 'id'))
  }

  /**
   * A missing record may be one whose create is still under way. So its entry goes once the record
   * is missing again after `MISSING_MS`, unless it was added again meanwhile.
   */
  async note(looked: readonly Looked[], now: number): Promise<void> {
    const kept = looked.filter(({ at }) => at !== null)
    const missing = JSON.stringify(looked.filter(({ at }) => at === null).map(({ id }) => id))
    const statements = [
      ...(kept.length > 0 ? [{ sql: NOTE, params: [JSON.stringify(kept)] }] : []),
      ...(kept.length < looked.length
        ? [
            { sql: FORGET, params: [missing] },
            { sql: MISS, params: [now + MISSING_MS, now, missing] },
          ]
        : []),
    ]
    if (statements.length > 0) await this.#db.batch(statements)
  }
}
