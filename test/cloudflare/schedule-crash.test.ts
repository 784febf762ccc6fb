import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { RecordKeeper } from '#adapters/cloudflare/record-keeper.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import type { RecordStore } from '#ports/record-store.ts'
import { Death, MortalProcess } from '#test/crash/mortal.ts'
import { TENANT, scheduling, shortly } from '#test/support/scheduling.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

afterAll(() => reset())

const CRON = { cron: '0 * * * *', timeZone: 'UTC' }

test('a schedule whose object dies before and after each of its writes fires each time once, by one alarm after the other', async () => {
  await runInDurableObject(env.CONTRACT_HOST.getByName('schedule-crash'), async (_instance, { storage }) => {
    const points = await fireThrice(storage, [])
    expect(points).toBeGreaterThanOrEqual(12)
    for (let point = 1; point <= points; point++) {
      await fireThrice(storage, [point])
      await fireThrice(storage, [point, point + 1])
    }
  })
})

/** @returns how often it could have died. */
async function fireThrice(storage: DurableObjectStorage, deaths: readonly number[]): Promise<number> {
  await storage.deleteAll()
  const process = new MortalProcess(deaths)
  const windows = new MemoryRecords({ wakeAt: () => Promise.resolve() })
  // What is put and looked at is asked of an object that is well.
  const of = <T extends Stored>(kind: RecordKind<T>): RecordStore<T> =>
    kind.name === SCHEDULE.name ? (well as unknown as RecordStore<T>) : windows.of(kind)
  const well: RecordStore<Schedule> = {
    create: (record) => keeper(storage).create(record),
    get: (tenantId, id) => keeper(storage).find(tenantId, id),
    load: (id) => keeper(storage).find('acme', id),
    save: () => Promise.reject(new Error('A schedule is changed by its object alone.')),
    remove: () => Promise.reject(new Error('A schedule is deleted by its object alone.')),
  }
  const s = scheduling('2096-10-02T00:30:00Z', { records: { of }, submitting: (submit) => process.call(submit) })
  const id = await s.idOf()
  const keeper = (given: DurableObjectStorage) =>
    new RecordKeeper({
      kind: SCHEDULE,
      storage: given,
      id,
      wake: (record, keep) => s.fireSchedule.execute(record, keep),
      objects: () => {
        throw new Error('No other schedule is looked after here.')
      },
      clock: s.clock,
      logger: silentLogger,
    })
  const limit = { key: 'k', max: 2, perSeconds: 86_400 }
  await s.put(CRON, { overlap: 'allow', limit, endAt: Date.parse('2096-10-02T03:30:00Z') })
  for (let round = 0; round < 30; round++) {
    if ((await s.get()).status === 'ended') break
    const at = await storage.getAlarm()
    if (at === null) throw new Error(`The schedule has no alarm after deaths at ${deaths.join(', ')}.`)
    s.clock.step(Math.max(0, at - s.clock.now()))
    // The platform takes the alarm away while its handler runs, and repeats it where the object dies.
    await storage.deleteAlarm()
    while (!(await survives(process, () => keeper(mortal(storage, process)).wake()))) s.clock.step(2000)
  }
  const expected = ['submitted 2096-10-02T01:00Z', 'submitted 2096-10-02T02:00Z', 'limited 2096-10-02T03:00Z']
  expect(shortly(await s.get()), `after deaths at ${deaths.join(', ')}`).toEqual(expected)
  expect(await s.jobs.unfinished(TENANT, 10)).toBe(2)
  expect(await storage.getAlarm()).toBe(SCHEDULE.nextWakeAt(await s.get()))
  return process.points
}

async function survives(process: MortalProcess, work: () => Promise<void>): Promise<boolean> {
  process.restart()
  await work().catch((error: unknown) => {
    if (!(error instanceof Death)) throw error
  })
  return !process.isDead
}

/** A storage whose object may die at each write. What it has written is kept, and nothing after it. */
function mortal(storage: DurableObjectStorage, process: MortalProcess): DurableObjectStorage {
  const stored = {
    sql: storage.sql,
    transactionSync: <T>(work: () => T): T => process.callSync(() => storage.transactionSync(work)),
    getAlarm: () => storage.getAlarm(),
    setAlarm: (at: number) => process.call(() => storage.setAlarm(at)),
    deleteAlarm: () => process.call(() => storage.deleteAlarm()),
    deleteAll: () => process.call(() => storage.deleteAll()),
  }
  return stored as unknown as DurableObjectStorage
}
