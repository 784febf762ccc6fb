import { describe, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { oneCommitContract, sqlStore } from './one-commit.contract.ts'

/** A store that splits its own transaction: every statement is a commit. */
function split(db: SqlDatabase): SqlDatabase {
  return {
    query: (sql, ...params) => db.query(sql, ...params),
    batch: async (statements) => {
      for (const statement of statements) if (!(await db.batch([statement]))) return false
      return true
    },
  }
}

describe('a store that splits its own transaction is noticed', () => {
  test.each(oneCommitContract)('at: $name', async ({ run }) => {
    const db = new SqliteDatabase(':memory:')
    for (const schema of [jobsSchema, journalSchema]) await migrate(db, schema)
    await expect(run({ db, open: (mortal) => sqlStore(split(mortal)) })).rejects.toThrow(/after \d commits/)
    await db.close()
  })
})
