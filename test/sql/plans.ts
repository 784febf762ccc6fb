import type { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'

/**
 * A database that remembers what it was asked, and how SQLite finds the rows of a table for it: a line a step.
 * SQLite has no statistics there, as in a Durable Object and in a new file.
 */
export function planned(db: SqliteDatabase) {
  const asked = new Set<string>()
  const recorded: SqlDatabase = {
    query: (sql, ...params) => {
      asked.add(sql)
      return db.query(sql, ...params)
    },
    batch: (statements) => {
      for (const { sql } of statements) asked.add(sql)
      return db.batch(statements)
    },
  }
  const stepsOn = async (table: string): Promise<readonly string[]> => {
    const plans = await Promise.all([...asked].map((sql) => db.query(`EXPLAIN QUERY PLAN ${sql}`)))
    return plans
      .flatMap((plan) => plan.map(({ detail }) => String(detail)))
      .filter((step) => step.includes(` ${table} `))
  }
  return { recorded, stepsOn }
}
