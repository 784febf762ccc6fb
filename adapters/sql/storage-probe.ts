import type { StorageProbe } from '#ports/storage-probe.ts'
import type { SqlDatabase } from './database.ts'

/** One row that every database of ours has, once it has tables. */
export const PROBE_SQL = 'SELECT version FROM schema_versions LIMIT 1'

export class SqlProbe implements StorageProbe {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async read(): Promise<void> {
    await this.#db.query(PROBE_SQL)
  }
}
