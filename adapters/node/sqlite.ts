import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'

/** `SqlDatabase` over the SQLite inside Node. A batch that has returned is on the disk. */
export class SqliteDatabase implements SqlDatabase {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  /** @param path of the file, or `:memory:`. */
  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    // FULL: in WAL mode, NORMAL would not sync at every commit, and a power cut could take back an acknowledged job.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
  }

  query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return run(() => this.#prepare(sql).all(...params) as unknown as readonly SqlRow[])
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    return run(() => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        const kept = statements.every(({ sql, params, changes }) => {
          const done = Number(this.#prepare(sql).run(...params).changes)
          return changes === undefined || changes === done
        })
        this.#db.exec(kept ? 'COMMIT' : 'ROLLBACK')
        return kept
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    })
  }

  close(): void {
    this.#db.close()
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}

/** The engine is synchronous; what it throws must still be a rejection. */
async function run<T>(work: () => T): Promise<T> {
  return Promise.resolve(work())
}
