import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import { type BatchOutcome, Grouped } from '#adapters/sql/grouped.ts'
import { foundDiskFull, outageOr, toldAsOutage } from '#adapters/sql/outage.ts'
import { InlineCommit } from './inline-commit.ts'
import { freeBytesAt } from './data-directory.ts'
import { FullDisk } from './full-disk.ts'
import { ReserveFile } from './reserve-file.ts'
import { SqliteConnection } from './connection.ts'
import { SqliteThread } from './thread.ts'

/** A deletion overwrites what it frees, so a large job's takes about its size of the log. */
const LARGE_DELETION_BYTES = 1_500_000

export interface SqliteWriterOptions {
  readonly onFailure?: (error: unknown) => void
  readonly inline?: Pick<InlineCommit, 'isWorthwhile' | 'took'>
}

/**
 * `SqlDatabase` over an SQLite file with a writer thread. Under load the event loop never waits for the disk, and
 * batches that arrive during a commit share the next one (group commit). A batch that is alone is committed inline
 * while the disk is fast, because a round trip to the thread takes longer. Reads run inline and see what is committed.
 */
export class SqliteWriter implements SqlDatabase {
  /** The same database for long queries, which run in a thread of their own. */
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
  readonly #here: SqliteConnection
  readonly #reserve: ReserveFile
  readonly #fullDisk: FullDisk
  readonly #commits = new Grouped<readonly Statement[]>((group) => this.#commit(group), setImmediate)
  readonly #inline: Pick<InlineCommit, 'isWorthwhile' | 'took'>
  #there: SqliteThread | null = null
  #aside: SqliteThread | null = null
  #isKnownToWrite = false

  /** @param onFailure gets the error that ended a thread, after which this writer cannot be used. */
  constructor(path: string, { onFailure, inline = new InlineCommit() }: SqliteWriterOptions = {}) {
    this.#inline = inline
    this.#path = path
    this.#onFailure = onFailure
    this.#here = new SqliteConnection(path)
    this.#reserve = new ReserveFile(`${path}-reserve`, this.#here.logBytes + LARGE_DELETION_BYTES)
    this.#fullDisk = new FullDisk(this.#here, this.#reserve)
  }

  async query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return Promise.resolve(this.#here.query(sql, params))
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    return this.#commits.add(statements)
  }

  /** Whether the last commit went well; false before there was one, and while the disk is full. */
  get isKnownToWrite(): boolean {
    return this.#isKnownToWrite && !this.#fullDisk.isFull
  }

  /**
   * Bytes that can still be stored; `null` where they are unknown. A disk that was full and has room
   * again is taken into use.
   */
  measureFreeBytes(): number | null {
    return this.#fullDisk.leave() ? freeBytesAt(this.#path) : this.#here.reusableBytes
  }

  /**
   * To be called before long use: starts the thread and allocates the log and the reserve. Without it, all commits run
   * inline.
   */
  makeRoom(): void {
    this.#there ??= new SqliteThread(this.#path, this.#onFailure)
    this.#here.makeRoom()
    if (!this.#reserve.take()) this.#fullDisk.enter()
  }

  /** Returns when everything that was asked for is on the disk. */
  async close(): Promise<void> {
    await this.#commits.add([]).catch(() => undefined)
    this.#here.close()
    await Promise.all([this.#there?.close(), this.#aside?.close()])
  }

  /** Started at the first long query, because many processes have none. */
  #reader(): SqliteThread {
    return (this.#aside ??= new SqliteThread(this.#path, this.#onFailure))
  }

  async #commit(group: readonly (readonly Statement[])[]): Promise<readonly BatchOutcome[]> {
    // While the disk is full, only this connection knows that the file may not grow.
    const here = this.#fullDisk.isFull || (group.length === 1 && this.#inline.isWorthwhile())
    const first = here || !this.#there ? this.#commitHere(group) : await this.#there.commit(group)
    // Converted here, because an error loses its class on its way from the thread.
    const outcomes = (first.some(foundDiskFull) ? this.#commitOnFullDisk(group, first) : first).map(toldAsOutage)
    this.#isKnownToWrite = outcomes.every((outcome) => !('error' in outcome))
    return outcomes
  }

  /** Each batch that has found no room by itself, so that a deletion does not fail with a submission beside it. */
  #commitOnFullDisk(
    group: readonly (readonly Statement[])[],
    outcomes: readonly BatchOutcome[],
  ): readonly BatchOutcome[] {
    if (!this.#fullDisk.enter() && group.length === 1) return outcomes
    return group.flatMap((batch, index) => {
      const outcome = outcomes[index]
      return outcome && !foundDiskFull(outcome) ? [outcome] : this.#here.commit([batch])
    })
  }

  #commitHere(group: readonly (readonly Statement[])[]): readonly BatchOutcome[] {
    const begun = performance.now()
    const outcomes = this.#here.commit(group)
    this.#inline.took(performance.now() - begun)
    return outcomes
  }
}
