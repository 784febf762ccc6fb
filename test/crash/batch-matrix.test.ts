import { describe, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { batchMatrix } from './batch-matrix.contract.ts'

describe('a process that dies anywhere, with a batch', () => {
  test.each(batchMatrix)('$name', async ({ run }) => {
    await run(async () => {
      const db = new SqliteDatabase(':memory:')
      await migrate(db, ...SCHEMAS)
      return db
    })
  })
})
