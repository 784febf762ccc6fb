import { describe, onTestFinished, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { SqlRecordStore, recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { type UnderOutage, jobOutages, keyOutages, recordOutages } from '#test/contracts/outages.contract.ts'
import { COUNTER } from '#test/support/counter.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

/** A store over a disk that becomes read-only, as a failing one does. */
async function readOnly<Store>(open: (db: SqliteDatabase) => Store): Promise<UnderOutage<Store>> {
  const db = new SqliteDatabase(':memory:')
  onTestFinished(() => db.close())
  for (const schema of [jobsSchema, journalSchema, recordSchema, apiKeySchema]) await migrate(db, schema)
  return {
    store: open(db),
    fails: 'writes',
    begin: () => db.query('PRAGMA query_only = ON'),
    end: () => db.query('PRAGMA query_only = OFF'),
  }
}

describe('SQLite on a disk that cannot be written', () => {
  const waker = new RecordingWaker()

  test.each(jobOutages)('$name', async ({ run }) => run(await readOnly((db) => new SqlJobStore(db, { waker }))))

  test.each(recordOutages)('$name', async ({ run }) =>
    run(await readOnly((db) => new SqlRecordStore(db, COUNTER, { wakeAt: () => Promise.resolve() }))),
  )

  test.each(keyOutages)('$name', async ({ run }) => run(await readOnly((db) => new SqlApiKeys(db))))
})
