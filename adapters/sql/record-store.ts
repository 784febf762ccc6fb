import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { VersionConflictError } from '#domain/storage/errors.ts'
import { refuseNewer } from '#domain/storage/format.ts'
import type { CreatedRecord, RecordList, RecordListQuery, RecordPage, RecordStore } from '#ports/record-store.ts'
import type { Waker } from '#ports/waker.ts'
import { type SqlDatabase, type SqlRow, numberAt, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'
import type { WakeTable } from './wake-table.ts'

const TABLE = `CREATE TABLE records (
       id TEXT PRIMARY KEY,
       kind TEXT NOT NULL,
       tenant_id TEXT NOT NULL,
       version BIGINT NOT NULL,
       format BIGINT NOT NULL,
       wake_at BIGINT,
       updated_at BIGINT NOT NULL,
       body TEXT NOT NULL
     ) WITHOUT ROWID`

/** Records of every kind. */
export const recordSchema: SqlSchema = {
  name: 'records',
  statements: [
    TABLE,
    'CREATE INDEX records_by_turn ON records (kind, tenant_id, wake_at)',
    'DROP INDEX records_by_turn',
    // With `updated_at`, so that a start finds what lies ahead of its clock (`Due.ahead`) without reading bodies.
    'CREATE INDEX records_by_due ON records (kind, tenant_id, wake_at, updated_at)',
  ],
}

/** For a database that holds one record: an index would be one more row to write with each change. */
export const oneRecordSchema: SqlSchema = { name: 'one_record', statements: [TABLE] }

/** For what lists them: not where each record has a database of its own. */
export const recordListSchema: SqlSchema = {
  name: 'record_lists',
  statements: ['CREATE INDEX records_by_tenant ON records (kind, tenant_id, id)'],
}

export const RECORD_WAKES: WakeTable = { name: 'records', kindColumn: 'kind' }

export class SqlRecordStore<T extends Stored> implements RecordStore<T>, RecordList<T> {
  readonly #db: SqlDatabase
  readonly #kind: RecordKind<T>
  readonly #waker: Waker

  constructor(db: SqlDatabase, kind: RecordKind<T>, waker: Waker) {
    this.#db = db
    this.#kind = kind
    this.#waker = waker
  }

  async create(record: T): Promise<CreatedRecord<T>> {
    const { name, format } = this.#kind
    const { id, tenantId, version, updatedAt } = record
    const sql = `INSERT INTO records (id, kind, tenant_id, version, format, wake_at, updated_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING`
    const wakeAt = this.#kind.nextWakeAt(record)
    const params = [id, name, tenantId, version, format, wakeAt, updatedAt, JSON.stringify(record)]
    const created = await this.#db.batch([{ sql, params, changes: 1 }])
    if (!created) {
      const taken = await this.load(id)
      // Deleted between the two: then the id is free, and an answer may only name a record that is stored.
      return taken ? { record: taken, created } : this.create(record)
    }
    await this.#arm(record)
    return { record, created }
  }

  async get(tenantId: string, id: string): Promise<T | null> {
    const record = await this.load(id)
    return record?.tenantId === tenantId ? record : null
  }

  async load(id: string): Promise<T | null> {
    const sql = 'SELECT format, body FROM records WHERE id = ? AND kind = ?'
    const [row] = await this.#db.query(sql, id, this.#kind.name)
    return row ? this.#read(id, row) : null
  }

  async list({ tenantId, size, after }: RecordListQuery): Promise<RecordPage<T>> {
    const { name, format } = this.#kind
    const sql = 'SELECT id, format, body FROM records WHERE kind = ? AND tenant_id = ? AND id > ? ORDER BY id LIMIT ?'
    const rows = await this.#db.query(sql, name, tenantId, after ?? '', size)
    const last = rows.at(-1)
    return {
      records: rows.filter((row) => numberAt(row, 'format') <= format).map((row) => this.#read(textAt(row, 'id'), row)),
      next: last && rows.length === size ? textAt(last, 'id') : null,
    }
  }

  async save(record: T): Promise<void> {
    const { id, version, updatedAt } = record
    const sql =
      'UPDATE records SET version = ?, format = ?, wake_at = ?, updated_at = ?, body = ? WHERE id = ? AND kind = ? AND version = ?'
    const { name, format } = this.#kind
    const params = [version, format, this.#kind.nextWakeAt(record), updatedAt, JSON.stringify(record), id, name]
    const saved = await this.#db.batch([{ sql, params: [...params, version - 1], changes: 1 }])
    if (!saved) throw new VersionConflictError(id, version - 1)
    await this.#arm(record)
  }

  async remove(record: T): Promise<void> {
    const { id, version } = record
    const sql = 'DELETE FROM records WHERE id = ? AND kind = ? AND version = ?'
    const removed = await this.#db.batch([{ sql, params: [id, this.#kind.name, version], changes: 1 }])
    if (!removed) throw new VersionConflictError(id, version)
    await this.#waker.wakeAt(record, null)
  }

  async #arm(record: T): Promise<void> {
    const at = this.#kind.nextWakeAt(record)
    await this.#waker.wakeAt(record, at === null ? null : { at, kind: this.#kind.name })
  }

  #read(id: string, row: SqlRow): T {
    refuseNewer(`Record ${id}`, { format: numberAt(row, 'format') }, this.#kind.format)
    return JSON.parse(textAt(row, 'body')) as T
  }
}
