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

/**
 * `SqlDatabase` over an SQLite file that a thread of its own writes: whoever executes jobs never waits for the disk. Everything that
 * arrives while the disk is at work is committed together. Reading is done here, of what is committed.
 */
export class SqliteWriter implements SqlDatabase {
  readonly #reader: SqliteEngine
  readonly #thread: Worker
  readonly #commits = new GroupCommit((group) => this.#commit(group))
  readonly #numbers = new Map<string, number>()
  #texts: string[] = []
  #answer: PromiseWithResolvers<readonly BatchOutcome[]> | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(path: string) {
    // First, so that a file which cannot be used is told of here.
    this.#reader = new SqliteEngine(path)
    this.#thread = new Worker(new URL('./sqlite-writer-thread.ts', import.meta.url), { workerData: path })
    this.#thread.on('message', (outcomes: readonly BatchOutcome[]) => this.#answer?.resolve(outcomes))
    this.#thread.on('error', (error) => {
      this.#failure = { error }
      this.#answer?.reject(error)
    })
  }

  async query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return Promise.resolve(this.#reader.query(sql, params))
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    return this.#commits.batch(statements)
  }

  /** Returns when everything that was asked for is on the disk. */
  async close(): Promise<void> {
    await this.#commits.batch([]).catch(() => undefined)
    this.#reader.close()
    if (this.#failure) return
    const ended = once(this.#thread, 'exit')
    this.#thread.postMessage(null)
    await ended
  }

  #commit(group: readonly (readonly Statement[])[]): Promise<readonly BatchOutcome[]> {
    if (this.#failure) throw this.#failure.error
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
