import { expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { changesOfOneKey } from '#test/support/changes-of-one-key.ts'

test('10 000 changes of one schedule are one row that does not grow', async () => {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, recordSchema)
  await changesOfOneKey(db, 200)
  const size = 'SELECT page_count FROM pragma_page_count()'
  const before = await db.query(size)
  await changesOfOneKey(db, 9800)
  expect(await db.query(size)).toEqual(before)
  await db.close()
})
