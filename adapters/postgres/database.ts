import { LRUCache } from 'lru-cache'
import type pg from 'pg'
import type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
import { withoutNul } from '#adapters/sql/without-nul.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { PostgresOutageRetry } from './outage-retry.ts'
import { UnknownOutcomeError, inTransaction } from './transaction.ts'

/**
 * `SqlDatabase` over Postgres. A batch is one transaction; jobs have a quicker way of their own
 * (`job-store.ts`).
 */
export class PostgresDatabase implements SqlDatabase {
  readonly #pool: pg.Pool
  readonly #retry: PostgresOutageRetry

  constructor(pool: pg.Pool, retry: PostgresOutageRetry) {
    this.#pool = pool
    this.#retry = retry
  }

  query(sql: string, ...params: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return this.#retry.keep(
      async () => (await this.#pool.query({ text: ours(sql), values: storable(params) })).rows as SqlRow[],
    )
  }

  /**
   * Retried if the server went away before the COMMIT was sent. After that the outcome is unknown,
   * and the caller decides whether to repeat it.
   * @throws {StorageUnavailableError}
   */
  async batch(statements: readonly Statement[]): Promise<boolean> {
    try {
      return await this.#retry.keep(() => inTransaction(this.#pool, (client) => runAll(client, statements)))
    } catch (error) {
      throw error instanceof UnknownOutcomeError ? new StorageUnavailableError(error) : error
    }
  }
}

async function runAll(client: pg.PoolClient, statements: readonly Statement[]): Promise<boolean> {
  for (const { sql, params, changes } of statements) {
    const { rowCount } = await client.query({ text: ours(sql), values: storable(params) })
    if (changes !== undefined && changes !== rowCount) return false
  }
  return true
}

/**
 * No text holds a value; but which filters a list has, and the order of its statuses, make some
 * thousands of them.
 */
const texts = new LRUCache<string, string>({ max: 1000 })

/**
 * Statements are written for SQLite: here parameters have numbers, an INTEGER has 64 bits by
 * another name. Tables are no indexes, and the planner has statistics. Fields are taken from JSON, and not from text.
 */
function ours(sql: string): string {
  let text = texts.get(sql)
  if (text === undefined) {
    let count = 0
    text = sql
      .replace(/\?/g, () => `$${String(++count)}`)
      .replace(/\bINTEGER\b/g, 'BIGINT')
      .replace(/\b(\w+) ->> /g, 'CAST($1 AS json) ->> ')
      .replace(/\b(WITHOUT ROWID|INDEXED BY \w+)\b/g, '')
    texts.set(sql, text)
  }
  return text
}

/**
 * Postgres has no text with the character NUL in it
 * (https://www.postgresql.org/docs/current/datatype-character.html).
 */
function storable(params: readonly SqlValue[]): SqlValue[] {
  return [...withoutNul(params)]
}
