import { describe, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import type { RecordStoreSubject } from '#test/contracts/record-store.contract.ts'
import { recordsOn } from '#test/support/records-on.ts'
import { scheduleMatrix } from './schedule-matrix.contract.ts'

const inMemory = (): Promise<RecordStoreSubject> => {
  const records = new MemoryRecords({ wakeAt: () => Promise.resolve() })
  return Promise.resolve({ open: (kind) => records.of(kind), armedAt: (id) => Promise.resolve(records.wakeAt(id)) })
}

const onSqlite = async (): Promise<RecordStoreSubject> => {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, recordSchema)
  return recordsOn(db)
}

describe.each([
  ['memory', inMemory],
  ['SQLite', onSqlite],
] as const)('schedules on %s', (_name, open) => {
  test.each(scheduleMatrix)('$name', ({ run }) => run(open))
})
