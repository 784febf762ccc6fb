import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { MISSING_MS, RecordIndex, recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import type { Looked, RecordStub } from '#adapters/cloudflare/record-stub.ts'
import { GROUP, MOST_RECORDS, sweepRecords } from '#adapters/cloudflare/record-sweep.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { RECORD_KINDS } from '#composition/cloudflare/record-kinds.ts'
import { OPERATION_KEPT_MS, type Operation } from '#domain/operation/operation.ts'
import { eventually } from '#test/support/eventually.ts'
import { T0 } from '#test/support/fixtures.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { countedD1 } from './counted-d1.ts'

const MINUTE = 60_000

beforeEach(async () => {
  await migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema, recordIndexSchema)
  await env.JOB_INDEX.prepare('DELETE FROM record_index').run()
})

afterAll(() => reset())

interface Behaviour {
  /** Ids that cannot be looked after. */
  readonly failing?: (id: string) => boolean
  /** Objects that answer nothing but an error. */
  readonly broken?: (id: string) => boolean
}

describe('the sweep of records', () => {
  const running: Operation = {
    id: 'op_01M83QK8XSJ513P1WPKNW38GPZ',
    tenantId: 'acme',
    action: 'cancel',
    resolve: null,
    filter: {},
    status: 'running',
    total: 0,
    done: 0,
    skipped: 0,
    slice: [],
    cursor: null,
    last: false,
    createdAt: 1,
    createdBy: { kind: 'keyless' },
    updatedAt: 1,
    finishedAt: null,
    version: 1,
    fingerprint: null,
  }
  const world = (now = T0) => ({
    index: new RecordIndex(new D1SqlDatabase(env.JOB_INDEX), 'operation'),
    objects: env.BULK_OPERATION as never,
    clock: new ManualClock(now),
    logger: silentLogger,
  })
  const due = (id: string) => ({ id, lookAt: 0, tenantId: 'acme' })
  const known = async (): Promise<unknown[]> =>
    (await env.JOB_INDEX.prepare('SELECT id, look_at FROM record_index ORDER BY id').all()).results

  test('sets one going whose alarm was lost, and forgets what was never stored', async () => {
    const deps = world()
    const stub = env.BULK_OPERATION.getByName(running.id)
    await deps.index.add(due(running.id))
    await deps.index.add(due('op_01M83QK8XSJ513P1WPKNW38GP0'))
    // As the Worker knows it: what the platform makes of the type is too deep for the compiler.
    const operation = stub as unknown as RecordStub<Operation>
    await operation.create(running)
    await runInDurableObject(stub, (_instance, { storage }) => storage.deleteAlarm())
    await sweepRecords(deps)
    await runInDurableObject(stub, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).not.toBeNull()
      // It need not be waited for.
      await storage.setAlarm(Date.now())
    })
    await deps.clock.advance(MISSING_MS)
    await sweepRecords(deps)
    expect(await known()).toMatchObject([{ id: running.id }])
    await eventually(async () => {
      expect(await operation.find('acme', running.id)).toMatchObject({ status: 'completed' })
    })
  })

  test('one that is at rest keeps the alarm of its end, is looked after once a day, and is forgotten when it is gone', async () => {
    const id = 'op_01M83QK8XSJ513P1WPKNW38GPY'
    const finishedAt = Date.now()
    const { index } = world()
    const stub = env.BULK_OPERATION.getByName(id)
    await (stub as unknown as RecordStub<Operation>).create({ ...running, id, status: 'completed', finishedAt })
    await index.add(due(id))
    const day = 86_400_000
    await sweepRecords(world(finishedAt))
    expect(await known()).toMatchObject([{ id, look_at: expect.closeTo(finishedAt + day, -5) as number }])
    await runInDurableObject(stub, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).toBe(finishedAt + OPERATION_KEPT_MS)
      await storage.deleteAll()
    })
    await sweepRecords(world(finishedAt + 2 * day))
    await sweepRecords(world(finishedAt + 2 * day + MISSING_MS))
    expect(await known()).toEqual([])
  })

  test('one whose create took longer than the sweep waits is found all the same', async () => {
    const id = 'op_01M83QK8XSJ513P1WPKNW38GPX'
    const deps = world()
    await deps.index.add(due(id))
    await sweepRecords(deps)
    const stub = env.BULK_OPERATION.getByName(id)
    await (stub as unknown as RecordStub<Operation>).create({ ...running, id })
    await runInDurableObject(stub, (_instance, { storage }) => storage.deleteAlarm())
    await deps.clock.advance(MISSING_MS)
    await sweepRecords(deps)
    await runInDurableObject(stub, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).not.toBeNull()
      await storage.deleteAll()
    })
    // It was found since, so that it was missing before no longer counts.
    await sweepRecords(world(T0 + 86_400_000))
    expect(await known()).toMatchObject([{ id }])
  })

  test('one that is created again between the look and the note keeps its entry', async () => {
    const deps = world()
    const missing = { objects: { getByName: () => ({ lookAfterAll: missingAll }) } }
    await deps.index.add(due('op_a'))
    await sweepRecords({ ...deps, ...missing })
    await deps.clock.advance(MISSING_MS)
    const again = async (ids: readonly string[]): Promise<readonly Looked[]> => {
      await deps.index.add({ id: 'op_a', lookAt: deps.clock.now() + MINUTE, tenantId: 'acme' })
      return missingAll(ids)
    }
    await sweepRecords({ ...deps, objects: { getByName: () => ({ lookAfterAll: again }) } })
    expect(await known()).toMatchObject([{ id: 'op_a' }])
  })

  test('an entry that an earlier record has left is looked after as soon as a new one', async () => {
    const { index } = world()
    await index.add({ id: 'op_a', lookAt: T0 + 86_400_000, tenantId: 'acme' })
    await index.add({ id: 'op_a', lookAt: T0 + MINUTE, tenantId: 'acme' })
    await index.add({ id: 'op_a', lookAt: T0 + 2 * MINUTE, tenantId: 'acme' })
    expect(await known()).toEqual([{ id: 'op_a', look_at: T0 + MINUTE }])
  })

  test('one that cannot be looked after keeps nothing from the others, and comes again', async () => {
    const deps = world()
    const { objects, looked } = sweptObjects({ failing: (id) => id === 'op_a' })
    for (const id of ['op_a', 'op_b']) await deps.index.add(due(id))
    await sweepRecords({ ...deps, objects })
    await sweepRecords({ ...deps, objects })
    expect(looked.sort()).toEqual(['op_a', 'op_b'])
    await deps.clock.advance(11 * MINUTE)
    await sweepRecords({ ...deps, objects })
    expect(looked.sort()).toEqual(['op_a', 'op_a', 'op_b'])
  })

  test('a group whose first object is broken is looked after by the next one', async () => {
    const deps = world()
    const { objects, looked, calls } = sweptObjects({ broken: (id) => id === 'op_a' })
    for (const id of ['op_a', 'op_b', 'op_c']) await deps.index.add(due(id))
    await sweepRecords({ ...deps, objects })
    expect([looked, calls]).toEqual([
      ['op_b', 'op_c'],
      [3, 2],
    ])
  })

  /** So many records of each of these kinds that are overdue, longest ago first. */
  const overdue = async (count: number, tenantId: string, kinds: readonly string[]): Promise<void> => {
    const sql = `
      WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
      INSERT INTO record_index (id, kind, tenant_id, look_at)
      SELECT value || '_' || ? || '_' || n, value, ?, n FROM n, json_each(?)`
    await env.JOB_INDEX.prepare(sql).bind(count, tenantId, tenantId, JSON.stringify(kinds)).run()
  }

  test('looks after a minute of 150 000 lost alarms an hour of every kind at once, within what one invocation may ask for', async () => {
    const kinds = RECORD_KINDS.map(({ kind }) => kind.name)
    await overdue(4000, 'flood', kinds)
    const d1 = countedD1(env.JOB_INDEX)
    const swept = kinds.map((kind) => ({ kind, ...sweptObjects() }))
    const sweep = () =>
      Promise.all(
        swept.map(({ kind, objects }) =>
          sweepRecords({ ...world(), index: new RecordIndex(new D1SqlDatabase(d1.db), kind), objects }),
        ),
      )
    await sweep()
    for (const { kind, looked, calls } of swept) {
      expect(looked.length).toBe(MOST_RECORDS)
      expect(looked.length).toBeGreaterThanOrEqual(150_000 / 60)
      expect(looked.every((id) => id.startsWith(kind))).toBe(true)
      expect(Math.max(...calls)).toBeLessThanOrEqual(GROUP)
    }
    // The jobs need no more than 70 of the 1000 calls that an invocation may make.
    const calls = swept.flatMap((one) => one.calls).length
    expect(calls + d1.counts.queries + 70).toBeLessThanOrEqual(500)
    // Of each record its row and its entry by time.
    expect(d1.counts.rowsWritten).toBeLessThanOrEqual(2 * MOST_RECORDS * kinds.length)
    await sweep()
    for (const { looked } of swept) expect([new Set(looked).size, looked.length]).toEqual([4000, 4000])
  })

  test('has those first that were to be looked after longest ago, and of each tenant one in turn', async () => {
    const { index } = world()
    const times = { op_a: T0 - 3, op_b: T0 - 1, op_c: T0 - 4, op_d: T0 + 1 }
    for (const [id, lookAt] of Object.entries(times)) await index.add({ id, lookAt, tenantId: 'acme' })
    await index.add({ id: 'op_e', lookAt: T0, tenantId: 'beta' })
    expect(await index.due(T0, 10)).toEqual(['op_c', 'op_e', 'op_a', 'op_b'])
    expect(await index.due(T0, 2)).toEqual(['op_c', 'op_e'])
  })

  test('gives each tenant its part, and the rest to those that have more', async () => {
    await overdue(4000, 'flood', ['schedule'])
    await overdue(3, 'quick', ['schedule'])
    const { objects, looked } = sweptObjects()
    await sweepRecords({ ...world(), index: new RecordIndex(new D1SqlDatabase(env.JOB_INDEX), 'schedule'), objects })
    const quick = ['schedule_quick_1', 'schedule_quick_2', 'schedule_quick_3']
    expect(looked.slice(0, GROUP)).toEqual(expect.arrayContaining(quick))
    expect(looked.length).toBe(MOST_RECORDS)
  })
})

const missingAll = (ids: readonly string[]): Promise<readonly Looked[]> =>
  Promise.resolve(ids.map((id) => ({ id, at: null })))

/** Objects that note what they are asked for. */
function sweptObjects({ failing = () => false, broken = () => false }: Behaviour = {}) {
  const looked: string[] = []
  const calls: number[] = []
  const lookAfterAll = (ids: readonly string[]): Promise<readonly Looked[]> => {
    calls.push(ids.length)
    if (broken(ids[0] ?? '')) return Promise.reject(new Error('Overloaded.'))
    looked.push(...ids)
    return Promise.resolve(ids.filter((id) => !failing(id)).map((id) => ({ id, at: T0 + 30 * MINUTE })))
  }
  return { looked, calls, objects: { getByName: () => ({ lookAfterAll }) } }
}
