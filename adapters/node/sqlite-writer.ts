import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import { type BatchOutcome, Grouped } from '#adapters/sql/grouped.ts'
import { outageOr, toldAsOutage } from '#adapters/sql/outage.ts'
import { Detour } from './detour.ts'
import { freeBytesAt } from './data-directory.ts'
import { SqliteEngine } from './sqlite-engine.ts'
import { SqliteThread } from './sqlite-thread.ts'

export interface SqliteWriterOptions {
  readonly onFailure?: (error: unknown) => void
  readonly detour?: Pick<Detour, 'take' | 'tell'>
}

/**
 * `SqlDatabase` over an SQLite file that a thread of its own writes: under load, whoever executes jobs never waits for the disk, and everything that
 * arrives while the disk is at work is committed together. A batch that is alone is committed right here as long as the disk is quick, for the
 * way to the thread and back takes longer than that. Reading is done here too, of what is committed.
 */
export class SqliteWriter implements SqlDatabase {
  /** The same database, for questions that may take long: each is answered in another thread, and meanwhile everything goes on. */
  readonly aside: SqlDatabase = {
    query: (sql, ...params) =>
      this.#reader()
        .query(sql, params)
        .catch((error: unknown) => {
          throw outageOr(error)
        }),
    batch: (statements) => this.batch(statements),
  }
  readonly #path: string
  readonly #onFailure: ((error: unknown) => void) | undefined
  readonly #here: SqliteEngine
  readonly #there: SqliteThread
  readonly #commits = new Grouped<readonly Statement[]>((group) => this.#commit(group), setImmediate)
  readonly #detour: Pick<Detour, 'take' | 'tell'>
  #aside: SqliteThread | null = null
  #isKnownToWrite = false

  /** @param onFailure is told when a thread has ended, and with it the use of this. */
  constructor(path: string, { onFailure, detour = new Detour() }: SqliteWriterOptions = {}) {
    this.#detour = detour
    this.#path = path
    this.#onFailure = onFailure
    // First, so that a file which cannot be used is told of here.
    this.#here = new SqliteEngine(path)
    this.#there = new SqliteThread(path, onFailure)
  }

  async query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return Promise.resolve(this.#here.query(sql, params))
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    return this.#commits.add(statements)
  }

  /** Whether the last commit went well; false before there was one. */
  get isKnownToWrite(): boolean {
    return this.#isKnownToWrite
  }

  /** Bytes that are free on its disk; `null` where nothing tells. */
  get freeBytes(): number | null {
    return freeBytesAt(this.#path)
  }

  /** For whoever is going to write for long; before that. */
  makeRoom(): void {
    this.#here.makeRoom()
  }

  /** Returns when everything that was asked for is on the disk. */
  async close(): Promise<void> {
    await this.#commits.add([]).catch(() => undefined)
    this.#here.close()
    await Promise.all([this.#there.close(), this.#aside?.close()])
  }

  /** Started when somebody asks: many a process never does. */
  #reader(): SqliteThread {
    return (this.#aside ??= new SqliteThread(this.#path, this.#onFailure))
  }

  async #commit(group: readonly (readonly Statement[])[]): Promise<readonly BatchOutcome[]> {
    const here = group.length === 1 && !this.#detour.take()
    // Told here, for an error loses its class on its way from the thread.
    const outcomes = (here ? this.#commitHere(group) : await this.#there.commit(group)).map(toldAsOutage)
    this.#isKnownToWrite = outcomes.every((outcome) => !('error' in outcome))
    return outcomes
  }

  #commitHere(group: readonly (readonly Statement[])[]): readonly BatchOutcome[] {
    const begun = performance.now()
    const outcomes = this.#here.commit(group)
    this.#detour.tell(performance.now() - begun)
    return outcomes
  }
}
