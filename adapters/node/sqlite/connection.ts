import { statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { LRUCache } from 'lru-cache'
import { type SqlRow, type SqlValue, type Statement, numberAt } from '#adapters/sql/database.ts'
import type { BatchOutcome } from '#adapters/sql/grouped.ts'
import { outageOr } from '#adapters/sql/outage.ts'
import { withoutNul } from '#adapters/sql/without-nul.ts'
import { freeBytesAt } from './data-directory.ts'

/** How long a statement waits for another process that writes. */
const BUSY = 'PRAGMA busy_timeout = 5000'
/** SQLite's own default, in KiB. */
const CACHE = 'PRAGMA cache_size = -2000'
/** So many pages of the log are copied to their places in one go: they are written again and again before they come to rest. */
const LOG_PAGES = 4000
const LEAST_LOG_PAGES = 100
const PAGE_BYTES = 4096
/** https://www.sqlite.org/pragma.html#pragma_max_page_count */
const MOST_PAGES = 4_294_967_294
/**
 * The log is longer: by the commit that exceeds it, and by the part of a transaction that SQLite keeps in memory and
 * never logs.
 */
const SURPLUS = 1.25
/** Of what is free on the disk, the part that the log may take. */
const SHARE = 0.1
/** Statements that are kept compiled. Each takes some kilobytes, and the filters of lists make some thousands. */
const MOST_PREPARED = 200

/** One connection to an SQLite file. What `commit` has returned is on the disk. */
export class SqliteConnection {
  readonly #path: string
  readonly #db: DatabaseSync
  readonly #prepared = new LRUCache<string, StatementSync>({ max: MOST_PREPARED, dispose: close })
  readonly #logPages: number
  readonly #storable: (params: readonly SqlValue[]) => readonly SqlValue[]

  /** @param path of the file, or `:memory:`. */
  constructor(path: string) {
    this.#path = path
    this.#db = new DatabaseSync(path)
    // FULL: in WAL mode, NORMAL would not sync at every commit, and a power cut could take back an acknowledged job.
    this.#db.exec(`${BUSY}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`)
    this.#logPages = logPagesFor(path)
    this.#db.exec(`PRAGMA wal_autocheckpoint = ${String(this.#logPages)}`)
    // A log that has grown longer, as beside a long read, is cut back when it begins anew.
    this.#db.exec(`PRAGMA journal_size_limit = ${String(2 * this.logBytes)}`)
    // What is deleted is overwritten, not just forgotten.
    this.#db.exec('PRAGMA secure_delete = ON')
    // Deno's driver ends every text that it reads at the first NUL.
    const probe = this.#db.prepare("SELECT 'a' || char(0) AS text").get()
    this.#storable = probe?.['text'] === 'a\0' ? (params) => params : withoutNul
  }

  query(sql: string, params: readonly SqlValue[]): readonly SqlRow[] {
    try {
      return this.#prepare(sql).all(...this.#storable(params)) as unknown as readonly SqlRow[]
    } catch (error) {
      throw outageOr(error)
    }
  }

  /** Of the log, at its longest. */
  get logBytes(): number {
    return Math.round(this.#logPages * SURPLUS * PAGE_BYTES)
  }

  /** Of pages of the file that are free for other rows. */
  get reusableBytes(): number {
    return numberAt(this.query('PRAGMA freelist_count', [])[0] ?? {}, 'freelist_count') * PAGE_BYTES
  }

  /** From now on a commit that needs a longer file is refused, as on a full disk. */
  holdSize(): void {
    // Less than there are means as many as there are.
    this.#db.exec('PRAGMA max_page_count = 1')
  }

  letGrow(): void {
    this.#db.exec(`PRAGMA max_page_count = ${String(MOST_PAGES)}`)
  }

  /**
   * Pre-allocates the log to its full size, by a transaction that is rolled back. A sync of a file that does not grow
   * takes half the time. And a disk that fills up later still has room for deletions.
   */
  makeRoom(): void {
    const log = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })
    // What an earlier process has left is long enough, and not all of it may be in its place yet.
    if (log && log.size > this.#logPages * PAGE_BYTES) return
    try {
      // With a small cache, for only what does not fit into it is written before a commit.
      this.#db.exec('PRAGMA cache_size = 10; PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; CREATE TABLE room (bytes)')
      this.#db.prepare('INSERT INTO room VALUES (zeroblob(?))').run(this.logBytes)
    } catch {
      // Another writer, or a disk without that much room. Without the room, commits are only slower.
    } finally {
      if (this.#inTransaction) this.#db.exec('ROLLBACK')
      this.#db.exec(`${BUSY}; ${CACHE}`)
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
      if (this.#inTransaction) this.#run('ROLLBACK')
      this.beginLogAnew()
      return group.map(() => ({ error }))
    }
  }

  /** On a full disk the log holds the only room, so its pages are copied to the database file where they fit. */
  beginLogAnew(): void {
    try {
      this.#db.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(RESTART)')
    } catch {
      // Then there is no room even for that.
    } finally {
      this.#db.exec(BUSY)
    }
  }

  close(): void {
    this.#db.close()
  }

  /** Node has `isTransaction` from 22.16. Without it, SQLite is asked: it refuses a transaction in a transaction. */
  get #inTransaction(): boolean {
    const known: { readonly isTransaction?: boolean } = this.#db
    if (known.isTransaction !== undefined) return known.isTransaction
    try {
      this.#db.exec('BEGIN; COMMIT')
      return false
    } catch {
      return true
    }
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
      if (!this.#inTransaction) throw error
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

/** Frees an evicted statement at once: the garbage collector does not see its memory. The drivers of Deno and Bun cannot. */
function close(statement: StatementSync & Partial<Disposable>): void {
  statement[Symbol.dispose]?.()
}

/** As many as the disk has room for. */
function logPagesFor(path: string): number {
  const free = freeBytesAt(path)
  if (free === null) return LOG_PAGES
  return Math.min(LOG_PAGES, Math.max(LEAST_LOG_PAGES, Math.floor((free * SHARE) / SURPLUS / PAGE_BYTES)))
}
