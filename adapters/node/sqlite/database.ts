import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import { Grouped } from '#adapters/sql/grouped.ts'
import { toldAsOutage } from '#adapters/sql/outage.ts'
import { SqliteConnection } from './connection.ts'

/** `SqlDatabase` over the SQLite inside Node, in the thread that asks. Batches of one turn of the event loop are committed together. */
export class SqliteDatabase implements SqlDatabase {
  readonly #engine: SqliteConnection
  readonly #commits: Grouped<readonly Statement[]>

  /** @param path of the file, or `:memory:`. */
  constructor(path: string) {
    this.#engine = new SqliteConnection(path)
    this.#commits = new Grouped(
      async (group) => Promise.resolve(this.#engine.commit(group).map(toldAsOutage)),
      setImmediate,
    )
  }

  async query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return Promise.resolve(this.#engine.query(sql, params))
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    return this.#commits.add(statements)
  }

  /** Returns when everything that was asked for is on the disk. */
  async close(): Promise<void> {
    await this.#commits.add([])
    this.#engine.close()
  }
}
