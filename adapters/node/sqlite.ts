import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'

/** A batch whose turn has not come. */
interface PendingBatch extends PromiseWithResolvers<boolean> {
  readonly statements: readonly Statement[]
}

/**
 * `SqlDatabase` over the SQLite inside Node. A batch that has returned is on the disk.
 * Batches that arrive within one turn of the event loop share one transaction, and so one sync of the disk: group commit.
 */
export class SqliteDatabase implements SqlDatabase {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  #pending: PendingBatch[] = []

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
    const batch = { ...Promise.withResolvers<boolean>(), statements }
    this.#pending.push(batch)
    if (this.#pending.length === 1) {
      setImmediate(() => {
        this.#commit()
      })
    }
    return batch.promise
  }

  close(): void {
    this.#commit()
    this.#db.close()
  }

  /** One transaction for all that wait; a batch that fails is undone by itself. */
  #commit(): void {
    const group = this.#pending
    this.#pending = []
    if (group.length === 0) return
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      const settle = group.map((batch) => this.#run(batch))
      this.#db.exec('COMMIT')
      for (const done of settle) done()
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      for (const { reject } of group) reject(error)
    }
  }

  /** Returns what is to be told once the group is on the disk. */
  #run({ statements, resolve, reject }: PendingBatch): () => void {
    this.#db.exec('SAVEPOINT batch')
    let tell: () => void
    try {
      const kept = statements.every((statement) => this.#execute(statement))
      if (!kept) this.#db.exec('ROLLBACK TO batch')
      tell = () => {
        resolve(kept)
      }
    } catch (error) {
      // Some failures, a full disk among them, have undone the whole group already.
      if (!this.#db.isTransaction) throw error
      this.#db.exec('ROLLBACK TO batch')
      tell = () => {
        reject(error)
      }
    }
    this.#db.exec('RELEASE batch')
    return tell
  }

  /** Whether the statement changed as many rows as it must. */
  #execute({ sql, params, changes }: Statement): boolean {
    const done = Number(this.#prepare(sql).run(...params).changes)
    return changes === undefined || changes === done
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
