import { afterEach, beforeEach, expect, test } from 'vitest'
import { LocalWaker } from '#adapters/node/engine/waker.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlDueJobs } from '#adapters/sql/due.ts'
import { SqlRecordStore } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { createSqliteEngine } from '#composition/node/sqlite-engine.ts'
import { type Batch, BATCH } from '#domain/batch/batch.ts'
import { LOOK_MS } from '#domain/batch/transitions.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { eventually } from '#test/support/eventually.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { ROOMY } from '#test/support/tenants.ts'

let db: SqliteDatabase
let clock: ManualClock

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  clock = new ManualClock(T0)
  await migrate(db, ...SCHEMAS)
})

afterEach(() => db.close())

/** A server that starts on what an earlier one has left, and the batches that it looks at. */
async function started() {
  const waker = new LocalWaker()
  const records = new SqlRecordStore<Batch>(db, BATCH, waker)
  const looked: string[] = []
  const wake = (batch: Batch): Promise<Batch> => {
    looked.push(batch.id)
    return Promise.resolve({ ...batch, wakeAt: clock.now() + 10 * LOOK_MS })
  }
  const woken = new WakeRecord({ kind: BATCH, records, clock, wake })
  const nothing = {
    run: () => Promise.resolve(),
    deliver: () => Promise.resolve(null),
    write: () => Promise.resolve(),
    expire: () => Promise.resolve(),
    isLeftBehind: () => Promise.resolve(false),
    observeLeases: () => new Set<string>(),
    stopIfCanceled: () => Promise.resolve(),
  }
  const work = { ...nothing, records: [{ kind: BATCH.name, places: 4, execute: (id: string) => woken.execute(id) }] }
  const tenants = new TenantPolicies(ROOMY)
  const options = { concurrency: 4, tenants, agents: [], knownTenants: () => Promise.resolve([]) }
  const deps = { db, jobs: new SqlDueJobs(db), waker, clock, logger: new RecordingLogger() }
  const engine = createSqliteEngine(deps, { work, options })
  await engine.start()
  return { records, looked, engine }
}

test('a server that starts looks at once at batches that are looked at every so often', async () => {
  const store = new SqlRecordStore<Batch>(db, BATCH, new LocalWaker())
  const fields = { tenantId: 'acme', version: 1, updatedAt: T0 }
  await store.create({ ...fields, id: 'bat_at_work', wakeAt: T0 + LOOK_MS } as Batch)
  await store.create({ ...fields, id: 'bat_finished', wakeAt: T0 + 100 * LOOK_MS } as Batch)
  const { records, looked, engine } = await started()
  await eventually(async () => {
    expect(await records.load('bat_at_work')).toMatchObject({ version: 2, wakeAt: T0 + 10 * LOOK_MS })
  })
  expect(looked).toEqual(['bat_at_work'])
  await engine.drain(0)
})
