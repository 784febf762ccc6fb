import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LocalWaker } from '#adapters/node/engine/waker.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlDueJobs } from '#adapters/sql/due.ts'
import { SqlJobStore } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { createSqliteEngine } from '#composition/node/sqlite-engine.ts'
import type { EngineOptions } from '#composition/node/storage.ts'
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
function server({ concurrency = 4, most = null as number | null, agents = [] as EngineOptions['agents'] } = {}) {
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
        agents,
        knownTenants: () => Promise.resolve([]),
      },
    },
  )
  const submit = async (batchId?: string, tenantId = 'acme', agent = 'writer'): Promise<string> => {
    const item =
      batchId === undefined ? {} : { options: { ...NO_OPTIONS, batch: batchId, item: { batchId, line: 1, round: 0 } } }
    const { job, event } = submitted({ at: clock.now(), tenantId, agent, ...item })
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
  /** What has begun, in order, once so many have. */
  const firstBegun = async (count: number): Promise<readonly string[]> => {
    await eventually(() => {
      expect(begun.length).toBeGreaterThanOrEqual(count)
      return Promise.resolve()
    })
    return begun.slice(0, count)
  }
  return { engine, submit, finish, haveBegun, firstBegun }
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

test('of two tenants with many items each gets half of the places', async () => {
  const { engine, submit, finish, firstBegun } = server({ concurrency: 8 })
  const whose = new Map<string, string>()
  for (let n = 0; n < 60; n++) whose.set(await submit('bat_1', 'acme'), 'acme')
  for (let n = 0; n < 30; n++) whose.set(await submit('bat_2', 'other'), 'other')
  await engine.start()
  for (let done = 0; done < 40; done++) await finish((await firstBegun(done + 1))[done] ?? '')
  const begun = (await firstBegun(40)).map((id) => whose.get(id))
  expect(begun.filter((tenantId) => tenantId === 'other')).toHaveLength(20)
})

test('of two batches of a tenant with equal windows each gets half of the places, whichever came first', async () => {
  const { engine, submit, finish, firstBegun } = server({ concurrency: 4 })
  const whose = new Map<string, string>()
  const release = async (batchId: string): Promise<void> => {
    whose.set(await submit(batchId), batchId)
  }
  for (const batchId of ['bat_1', 'bat_2']) for (let n = 0; n < 6; n++) await release(batchId)
  await engine.start()
  for (let done = 0; done < 48; done++) {
    const id = (await firstBegun(done + 1))[done] ?? ''
    await finish(id)
    // As the end of a job does in its batch.
    await release(whose.get(id) ?? '')
  }
  const begun = (await firstBegun(48)).map((id) => whose.get(id))
  expect(begun.filter((batchId) => batchId === 'bat_2')).toHaveLength(24)
})

describe('an agent with a limit', () => {
  const agents = [
    { name: 'slow', maxConcurrency: 2 },
    { name: 'writer', maxConcurrency: null },
  ]

  test('has so many jobs and items in execution, and its backlog keeps no other agent waiting', async () => {
    const { engine, submit, finish, haveBegun } = server({ agents })
    const slow: string[] = []
    for (let n = 0; n < 5; n++) slow.push(await submit(n % 2 === 0 ? 'bat_1' : undefined, 'acme', 'slow'))
    const others = [await submit(), await submit()]
    await engine.start()
    await haveBegun(slow[1], slow[3], ...others)
    const late = await submit()
    await haveBegun(slow[1], slow[3], ...others, late)
    await finish(slow[1] ?? '')
    await haveBegun(slow[0], slow[1], slow[3], ...others, late)
  })

  test('goes from one tenant to the next', async () => {
    const { engine, submit, finish, firstBegun } = server({ agents })
    for (let n = 0; n < 6; n++) await submit(undefined, 'flood', 'slow')
    await engine.start()
    const [first = ''] = await firstBegun(2)
    const quick = await submit(undefined, 'quick', 'slow')
    await finish(first)
    expect((await firstBegun(3)).at(-1)).toBe(quick)
  })

  test('counts towards the limit of its tenant', async () => {
    const { engine, submit, finish, haveBegun } = server({ agents, most: 2 })
    const slow = await submit(undefined, 'acme', 'slow')
    const others = [await submit(), await submit()]
    await engine.start()
    await haveBegun(others[0], others[1])
    await finish(others[0] ?? '')
    await haveBegun(...others, slow)
  })
})
