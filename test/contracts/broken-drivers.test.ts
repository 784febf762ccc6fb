import { describe, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { type ContractCase } from './contract.ts'
import { jobStoreContract } from './job-store.contract.ts'
import { sqlDatabaseContract } from './sql-database.contract.ts'

type Batch = SqlDatabase['batch']

/** A driver with one fault, and the real one behind it. */
function broken(batch: (real: Batch) => Batch): SqlDatabase {
  const db = new SqliteDatabase(':memory:')
  const real: Batch = (statements) => db.batch(statements)
  return { query: (sql, ...params) => db.query(sql, ...params), batch: batch(real) }
}

const faults: Record<string, (real: Batch) => Batch> = {
  'forgets the guards': (real) => (statements) => real(statements.map(({ sql, params }) => ({ sql, params }))),
  'has no transactions': (real) => async (statements) => {
    let kept = true
    for (const statement of statements) kept = (await real([statement])) && kept
    return kept
  },
  'says true whatever happens': (real) => async (statements) => {
    await real(statements)
    return true
  },
  'swallows what the engine throws': (real) => (statements) => real(statements).catch(() => false),
}

async function failures<Subject>(
  contract: readonly ContractCase<Subject>[],
  open: () => Promise<Subject>,
): Promise<number> {
  const endings = await Promise.allSettled(contract.map(async ({ run }) => run(await open())))
  return endings.filter(({ status }) => status === 'rejected').length
}

async function storeOver(db: SqlDatabase) {
  for (const schema of [jobsSchema, journalSchema]) await migrate(db, schema)
  const waker = new RecordingWaker()
  return { store: new SqlJobStore(db, { waker }), armedAt: (id: string) => Promise.resolve(waker.armedAt(id)) }
}

describe('the contracts notice a driver that', () => {
  test.each(Object.entries(faults))('%s', async (_name, fault) => {
    expect(await failures(sqlDatabaseContract, () => Promise.resolve(broken(fault)))).toBeGreaterThan(0)
  })

  test.each(['forgets the guards', 'says true whatever happens'])('%s, through the job store', async (name) => {
    const fault = faults[name] ?? ((real) => real)
    expect(await failures(jobStoreContract, () => storeOver(broken(fault)))).toBeGreaterThan(0)
  })

  test('but nothing about a sound one', async () => {
    const sound = () => Promise.resolve(broken((real) => real))
    expect(await failures(sqlDatabaseContract, sound)).toBe(0)
    expect(await failures(jobStoreContract, () => storeOver(broken((real) => real)))).toBe(0)
  })
})
