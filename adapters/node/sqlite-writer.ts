import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import { type BatchOutcome, GroupCommit } from '#adapters/sql/group-commit.ts'
import { SqliteEngine } from './sqlite-engine.ts'

/** A group on its way to the thread: statements by number, and those that it has not seen yet. */
export interface WrittenGroup {
  readonly texts: readonly string[]
  readonly group: readonly (readonly WrittenStatement[])[]
}

type WrittenStatement = readonly [text: number, params: readonly SqlValue[], changes: number | undefined]

/** A disk that answers as soon as this is not worth the way to another thread and back. */
const QUICK_MS = 1
/** How many lone batches go to the thread after one for which the disk took longer. */
const PATIENCE = 100

/**
 * `SqlDatabase` over an SQLite file that a thread of its own writes: under load, whoever executes jobs never waits for the disk, and everything that
 * arrives while the disk is at work is committed together. A batch that is alone is committed right here as long as the disk is quick, for the
 * way to the thread and back takes longer than that. Reading is done here too, of what is committed.
 */
export class SqliteWriter implements SqlDatabase {
  readonly #here: SqliteEngine
  readonly #thread: Worker
  readonly #commits = new GroupCommit((group) => this.#commit(group), setImmediate)
  readonly #numbers = new Map<string, number>()
  #texts: string[] = []
  #patience = 0
  #answer: PromiseWithResolvers<readonly BatchOutcome[]> | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(path: string) {
    // First, so that a file which cannot be used is told of here.
    this.#here = new SqliteEngine(path)
    this.#thread = new Worker(new URL('./sqlite-writer-thread.ts', import.meta.url), { workerData: path })
    this.#thread.on('message', (outcomes: readonly BatchOutcome[]) => this.#answer?.resolve(outcomes))
    this.#thread.on('error', (error) => {
      this.#failure = { error }
      this.#answer?.reject(error)
    })
  }

  async query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return Promise.resolve(this.#here.query(sql, params))
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    return this.#commits.batch(statements)
  }

  /** Returns when everything that was asked for is on the disk. */
  async close(): Promise<void> {
    await this.#commits.batch([]).catch(() => undefined)
    this.#here.close()
    if (this.#failure) return
    const ended = once(this.#thread, 'exit')
    this.#thread.postMessage(null)
    await ended
  }

  async #commit(group: readonly (readonly Statement[])[]): Promise<readonly BatchOutcome[]> {
    if (this.#failure) throw this.#failure.error
    return group.length === 1 && this.#patience-- <= 0 ? this.#commitHere(group) : this.#commitThere(group)
  }

  #commitHere(group: readonly (readonly Statement[])[]): readonly BatchOutcome[] {
    const begun = performance.now()
    const outcomes = this.#here.commit(group)
    this.#patience = performance.now() - begun > QUICK_MS ? PATIENCE : 0
    return outcomes
  }

  #commitThere(group: readonly (readonly Statement[])[]): Promise<readonly BatchOutcome[]> {
    const written = group.map((batch) =>
      batch.map(({ sql, params, changes }): WrittenStatement => [this.#number(sql), params, changes]),
    )
    this.#answer = Promise.withResolvers()
    this.#thread.postMessage({ texts: this.#texts, group: written } satisfies WrittenGroup)
    this.#texts = []
    return this.#answer.promise
  }

  /** Statements are few and long, so each is sent once. */
  #number(sql: string): number {
    const known = this.#numbers.get(sql)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(sql, number)
    this.#texts.push(sql)
    return number
  }
}
