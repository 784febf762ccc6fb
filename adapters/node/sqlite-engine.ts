import { statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import type { BatchOutcome } from '#adapters/sql/grouped.ts'
import { withoutNul } from '#adapters/sql/without-nul.ts'

/** How long a statement waits for another process that writes. */
const BUSY = 'PRAGMA busy_timeout = 5000'
/** So many pages of the log are copied to their places in one go: they are written again and again before they come to rest. */
const LOG_PAGES = 4000
/** More, by the commit that goes beyond, and by all that SQLite holds in memory of a transaction and never puts into the log. */
const ROOM_BYTES = (LOG_PAGES + 1000) * 4096

/** One connection to an SQLite file. What `commit` has returned is on the disk. */
export class SqliteEngine {
  readonly #path: string
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  readonly #storable: (params: readonly SqlValue[]) => readonly SqlValue[]

  /** @param path of the file, or `:memory:`. */
  constructor(path: string) {
    this.#path = path
    this.#db = new DatabaseSync(path)
    // FULL: in WAL mode, NORMAL would not sync at every commit, and a power cut could take back an acknowledged job.
    this.#db.exec(`${BUSY}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`)
    this.#db.exec(`PRAGMA wal_autocheckpoint = ${String(LOG_PAGES)}`)
    // What is deleted is overwritten, not just forgotten.
    this.#db.exec('PRAGMA secure_delete = ON')
    // Deno's driver ends every text that it reads at the first NUL.
    const probe = this.#db.prepare("SELECT 'a' || char(0) AS text").get()
    this.#storable = probe?.['text'] === 'a\0' ? (params) => params : withoutNul
  }

  query(sql: string, params: readonly SqlValue[]): readonly SqlRow[] {
    return this.#prepare(sql).all(...this.#storable(params)) as unknown as readonly SqlRow[]
  }

  /**
   * Lets the log grow at once to the size that it comes to anyway, by a transaction that is undone. A sync that need not tell the file system
   * of a longer file takes half the time.
   */
  makeRoom(): void {
    const log = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })
    // What an earlier process has left is long enough, and not all of it may be in its place yet.
    if (log && log.size > LOG_PAGES * 4096) return
    try {
      this.#db.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; CREATE TABLE room (bytes)')
      this.#db.prepare('INSERT INTO room VALUES (zeroblob(?))').run(ROOM_BYTES)
    } catch {
      // Whoever is in the way, and a disk that has no such room: it is only slower.
    } finally {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#db.exec(BUSY)
    }
  }

  /** One transaction for all; a batch that fails is undone by itself. */
  commit(group: readonly (readonly Statement[])[]): readonly BatchOutcome[] {
    try {
      this.#run('BEGIN IMMEDIATE')
      const outcomes = group.map((batch) => this.#batch(batch))
      this.#run('COMMIT')
      return outcomes
    } catch (error) {
      if (this.#db.isTransaction) this.#run('ROLLBACK')
      return group.map(() => ({ error }))
    }
  }

  close(): void {
    this.#db.close()
  }

  /** @throws what has undone the whole group, as a full disk does. */
  #batch(statements: readonly Statement[]): BatchOutcome {
    this.#run('SAVEPOINT batch')
    const outcome = this.#outcome(statements)
    if (!('value' in outcome) || !outcome.value) this.#run('ROLLBACK TO batch')
    this.#run('RELEASE batch')
    return outcome
  }

  #outcome(statements: readonly Statement[]): BatchOutcome {
    try {
      return { value: statements.every((statement) => this.#execute(statement)) }
    } catch (error) {
      if (!this.#db.isTransaction) throw error
      return { error }
    }
  }

  /** Whether the statement changed as many rows as it must. */
  #execute({ sql, params, changes }: Statement): boolean {
    const done = Number(this.#prepare(sql).run(...this.#storable(params)).changes)
    return changes === undefined || changes === done
  }

  #run(sql: string): void {
    this.#prepare(sql).run()
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}
