import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types'
import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import { d1Problem } from './outage.ts'

/** Fails on purpose where the statement before it did not change as many rows as it must: D1 then undoes the batch. */
const GUARD = "SELECT CASE WHEN changes() = ? THEN 1 ELSE json_extract('guard failed', '$') END"

/**
 * `SqlDatabase` over D1. A batch is one transaction; there is no other way to have several statements in one.
 * @throws {StorageUnavailableError} when D1 is away, overloaded or full.
 */
export class D1SqlDatabase implements SqlDatabase {
  readonly #db: D1Database

  constructor(db: D1Database) {
    this.#db = db
  }

  async query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    try {
      const { results } = await this.#prepare(sql, params).all<Record<string, SqlValue>>()
      return results
    } catch (error) {
      throw d1Problem(error)
    }
  }

  async batch(statements: readonly Statement[]): Promise<boolean> {
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
