import { afterEach, beforeEach, expect, test } from 'vitest'
import { LocalWaker } from '#adapters/node/engine/waker.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlDueJobs } from '#adapters/sql/due.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { createSqliteEngine } from '#composition/node/sqlite-engine.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { eventually } from '#test/support/eventually.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ROOMY } from '#test/support/tenants.ts'

let db: SqliteDatabase
let clock: ManualClock

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  clock = new ManualClock(T0)
  await migrate(db, ...SCHEMAS)
})

afterEach(() => db.close())

const failed = { type: 'job.failed', at: T0, error: { code: 'model_failed', message: 'No.' } } as const

/** A server whose jobs run until they are finished here. */
function server({ concurrency = 4, most = null as number | null } = {}) {
  const waker = new LocalWaker()
  const store = new SqlJobStore(db, { waker })
  const begun: string[] = []
  const endings = new Map<string, () => void>()
  const engine = createSqliteEngine(
    { db, jobs: new SqlDueJobs(db), waker, clock, logger: silentLogger },
    {
      work: {
        run: (id) =>
          new Promise<void>((resolve) => {
            begun.push(id)
            endings.set(id, resolve)
          }),
        deliver: () => Promise.resolve(null),
        write: () => Promise.resolve(),
        expire: () => Promise.resolve(),
        records: [],
        isLeftBehind: () => Promise.resolve(false),
        observeLeases: () => new Set<string>(),
        stopIfCanceled: () => Promise.resolve(),
      },
      options: {
        concurrency,
        tenants: new TenantPolicies({ ...ROOMY, maxConcurrentJobs: most }),
        knownTenants: () => Promise.resolve([]),
      },
    },
  )
  const submit = async (batchId?: string): Promise<string> => {
    const item =
      batchId === undefined ? {} : { options: { ...NO_OPTIONS, batch: batchId, item: { batchId, line: 1, round: 0 } } }
    const { job, event } = submitted({ at: clock.now(), ...item })
    await store.create(job, event)
    // The next one is younger.
    await clock.advance(1)
    return job.id
  }
  const finish = async (id: string): Promise<void> => {
    const state = await store.load(id)
    const events = [started(T0), failed]
    if (state) await store.save(after(state, events), events)
    endings.get(id)?.()
    await clock.advance(0)
  }
  const haveBegun = (...ids: readonly (string | undefined)[]) =>
    eventually(() => {
      expect(begun.toSorted()).toEqual(ids.toSorted())
      return Promise.resolve()
    })
  return { engine, submit, finish, haveBegun }
}

test('a single job begins at once, however many items wait and run', async () => {
  const { engine, submit, haveBegun } = server()
  const items: string[] = []
  for (let n = 0; n < 20; n++) items.push(await submit('bat_1'))
  await engine.start()
  await haveBegun(...items.slice(0, 4))
  const single = await submit()
  await haveBegun(...items.slice(0, 4), single)
})

test('items use seven eighths of the limit of their tenant, and the rest is for single jobs', async () => {
  const { engine, submit, finish, haveBegun } = server({ concurrency: 20, most: 8 })
  const items: string[] = []
  for (let n = 0; n < 10; n++) items.push(await submit('bat_1'))
  await engine.start()
  await haveBegun(...items.slice(0, 7))
  const singles = [await submit(), await submit()]
  await haveBegun(...items.slice(0, 7), singles[0])
  // A place that an item leaves goes to the single job that waits.
  await finish(items[0] ?? '')
  await haveBegun(...items.slice(0, 7), ...singles)
})

test('a limit of one is had by the single job first', async () => {
  const { engine, submit, finish, haveBegun } = server({ most: 1 })
  const items = [await submit('bat_1'), await submit('bat_1')]
  await engine.start()
  await haveBegun(items[0])
  const single = await submit()
  await finish(items[0] ?? '')
  await haveBegun(items[0], single)
  await finish(single)
  await haveBegun(...items, single)
})
