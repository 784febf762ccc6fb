import { beforeEach, describe, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlDeclaredSchedules, declaredScheduleSchema } from '#adapters/sql/declared-schedules.ts'
import { SqlRecordStore, recordListSchema, recordSchema } from '#adapters/sql/record-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { ReconcileSchedules } from '#application/schedule/reconcile-schedules.ts'
import type { ScheduleInput } from '#domain/schedule/spec.ts'
import { TENANT, type Scheduling, scheduling } from '#test/support/scheduling.ts'

const HOURLY: ScheduleInput = { agent: 'writer', input: 1, when: { cron: '0 * * * *', timeZone: 'UTC' } }
const declared = (scheduleId: string, fields: Partial<ScheduleInput> = {}) => ({
  tenantId: TENANT,
  scheduleId,
  spec: { ...HOURLY, ...fields },
})

let s: Scheduling
let db: SqliteDatabase
let reconcile: ReconcileSchedules

beforeEach(async () => {
  db = new SqliteDatabase(':memory:')
  await migrate(db, recordSchema, recordListSchema, declaredScheduleSchema)
  const deaf = { wakeAt: () => Promise.resolve() }
  s = scheduling('2027-01-01T00:30:00Z', { records: { of: (kind) => new SqlRecordStore(db, kind, deaf) } })
  const { putSchedule, deleteSchedule } = s
  const table = new SqlDeclaredSchedules(db)
  reconcile = new ReconcileSchedules({ putSchedule, deleteSchedule, declared: table, hasher: new WebHasher() })
})

describe('schedules that the code declares', () => {
  test('are created, changed and ended by starts, and a start without a change changes nothing', async () => {
    expect(await reconcile.execute([declared('a'), declared('b')])).toEqual({ put: ['a', 'b'], deleted: [] })
    const before = await s.get('a')
    expect(before).toMatchObject({ declaredBy: 'code', createdBy: { kind: 'system', id: 'code' } })
    expect(await reconcile.execute([declared('a'), declared('b')])).toEqual({ put: [], deleted: [] })
    expect(await s.get('a')).toEqual(before)
    expect(await reconcile.execute([declared('a', { input: 2 })])).toEqual({ put: ['a'], deleted: ['b'] })
    expect(await s.get('a')).toMatchObject({ spec: { input: 2 }, generation: before.generation })
    expect(await s.get('b')).toMatchObject({ status: 'ended', endedBecause: 'removed_from_code' })
    expect(await reconcile.execute([declared('b')])).toEqual({ put: ['b'], deleted: ['a'] })
    expect(await s.get('b')).toMatchObject({ status: 'active' })
  })

  test('are not replaced or deleted by a caller, who may pause them', async () => {
    await reconcile.execute([declared('a')])
    await expect(s.put({ everySeconds: 60 }, {}, 'a')).rejects.toMatchObject({ code: 'schedule_declared' })
    await expect(s.delete(null, 'a')).rejects.toMatchObject({ code: 'schedule_declared' })
    await s.control.pause(s.key('a'))
    await reconcile.execute([declared('a', { input: 2 })])
    expect(await s.get('a')).toMatchObject({ status: 'paused', spec: { input: 2 } })
  })

  test('one that makes no sense is refused at the start', async () => {
    const odd = declared('a', { when: { cron: 'x', timeZone: 'UTC' } })
    await expect(reconcile.execute([odd])).rejects.toThrow('five fields')
  })
})

test('lists show the schedules of one tenant that have not ended, page by page', async () => {
  for (const id of ['a', 'b', 'c']) await s.put({ everySeconds: 60 }, {}, id)
  await s.delete(null, 'b')
  const found: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof s.read.list>> = await s.read.list({
      tenantId: TENANT,
      filter: { status: null },
      size: 1,
      after,
    })
    found.push(...page.schedules.map(({ scheduleId }) => scheduleId))
    after = page.next
  } while (after !== null)
  expect(found.sort()).toEqual(['a', 'c'])
  expect(
    (await s.read.list({ tenantId: TENANT, filter: { status: 'ended' }, size: 9, after: null })).schedules.length,
  ).toBe(1)
  expect((await s.read.list({ tenantId: 'other', filter: { status: null }, size: 9, after: null })).schedules).toEqual(
    [],
  )
})
