import { PROBE_SQL } from '#adapters/sql/storage-probe.ts'
import { numberAt } from '#adapters/sql/database.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { StorageProbe } from '#ports/storage-probe.ts'
import type { SqliteWriter } from './writer.ts'

/** What a job may take up: with less, a write of the probe's own may just fit, and the next job's would not. */
const LEAST_FREE_BYTES = 1_048_576

/** A disk that is full can still be read: so, unless the last commit went well, it looks for room and writes too. */
export class SqliteProbe implements StorageProbe {
  readonly #db: Pick<SqliteWriter, 'query' | 'batch' | 'isKnownToWrite' | 'measureFreeBytes'>

  constructor(db: Pick<SqliteWriter, 'query' | 'batch' | 'isKnownToWrite' | 'measureFreeBytes'>) {
    this.#db = db
  }

  async read(): Promise<void> {
    await this.#db.query(PROBE_SQL)
    if (this.#db.isKnownToWrite) return
    const free = this.#db.measureFreeBytes()
    if (free !== null && free < LEAST_FREE_BYTES)
      throw new StorageUnavailableError(new Error(`Only ${String(free)} more bytes can be stored.`))
    await this.#write()
  }

  /** A number that means nothing, and another one each time: SQLite writes no page that stays the same. */
  async #write(): Promise<void> {
    const [row] = await this.#db.query('PRAGMA user_version')
    const next = row && numberAt(row, 'user_version') === 0 ? 1 : 0
    await this.#db.batch([{ sql: `PRAGMA user_version = ${String(next)}`, params: [] }])
  }
}
