import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types'
import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { withDeadline } from '#application/time/deadline.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Clock } from '#ports/clock.ts'
import { d1Problem } from './outage.ts'

/** Fails on purpose where the statement before it did not change as many rows as it must: D1 then undoes the batch. */
const GUARD = "SELECT CASE WHEN changes() = ? THEN 1 ELSE json_extract('guard failed', '$') END"

/** As on Postgres. */
const ANSWER_MS = 15_000
const NEVER_ABORTS = new AbortController().signal

export interface D1Options {
  readonly clock?: Clock
  /** After this, a statement without an answer fails; `null` waits for as long as it takes. */
  readonly answerMs?: number | null
}

/**
 * `SqlDatabase` over D1. A batch is one transaction; there is no other way to have several statements in one.
 * @throws {StorageUnavailableError} when D1 is away, overloaded, full or silent. What it was asked may be done all the same.
 */
export class D1SqlDatabase implements SqlDatabase {
  readonly #db: D1Database
  readonly #clock: Clock
  readonly #answerMs: number | null

  constructor(db: D1Database, { clock = new SystemClock(), answerMs = ANSWER_MS }: D1Options = {}) {
    this.#db = db
    this.#clock = clock
    this.#answerMs = answerMs
  }

  query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return this.#inTime(() => this.#query(sql, params))
  }

  batch(statements: readonly Statement[]): Promise<boolean> {
    return this.#inTime(() => this.#batch(statements))
  }

  #inTime<T>(work: () => Promise<T>): Promise<T> {
    const timeoutMs = this.#answerMs
    if (timeoutMs === null) return work()
    const timeoutError = (): Error => new StorageUnavailableError(new Error('D1 has not answered in time.'))
    return withDeadline({ clock: this.#clock, timeoutMs, signal: NEVER_ABORTS, timeoutError }, work)
  }

  async #query(sql: string, params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    try {
      const { results } = await this.#prepare(sql, params).all<Record<string, SqlValue>>()
      return results
    } catch (error) {
      throw d1Problem(error)
    }
  }

  async #batch(statements: readonly Statement[]): Promise<boolean> {
    try {
      const guarded = statements.flatMap(({ sql, params, changes }) => {
        const statement = this.#prepare(sql, params)
        return changes === undefined ? [statement] : [statement, this.#prepare(GUARD, [changes])]
      })
      const [only] = guarded
      // D1 refuses a batch of nothing.
      if (!only) return true
      // Alone it is a transaction by itself, and nothing of an answer need be made and read.
      if (guarded.length === 1) await only.run()
      else await this.#db.batch(guarded)
      return true
    } catch (error) {
      if (error instanceof Error && error.message.includes('malformed JSON')) return false
      throw d1Problem(error)
    }
  }

  #prepare(sql: string, params: readonly SqlValue[]): D1PreparedStatement {
    return this.#db.prepare(sql).bind(...params)
  }
}
