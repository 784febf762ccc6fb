import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { RecordKeeper } from '#adapters/cloudflare/record-keeper.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { COUNTER, type Counter, KEPT_MS, STEP_MS, counter, step } from '#test/support/counter.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'

afterAll(() => reset())

/** A counter in an object of its own, whose alarm is fired by hand at its time. */
function kept(work: (scene: Awaited<ReturnType<typeof sceneOn>>) => Promise<void>): Promise<void> {
  const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
  return runInDurableObject(stub, async (_instance, { storage }) => {
    await work(await sceneOn(storage))
  })
}

async function sceneOn(storage: DurableObjectStorage) {
  const clock = new ManualClock(T0)
  const logger = new RecordingLogger()
  const made: string[] = []
  let failures = 0
  const make = (key: string): Promise<void> => {
    if (failures-- > 0) return Promise.reject(new Error('The queue is full.'))
    made.push(key)
    return Promise.resolve()
  }
  const wake = (record: Counter) => step(record, make)
  const objects = () => {
    throw new Error('No other record is looked after here.')
  }
  const open = () => new RecordKeeper({ kind: COUNTER, storage, id: 'cnt_1', wake, objects, clock, logger })
  await open().create(counter())
  /** By a new instance of the object, as after an eviction. */
  const fire = async (): Promise<void> => {
    const at = await storage.getAlarm()
    if (at === null) throw new Error('No alarm is set.')
    await clock.advance(Math.max(0, at - clock.now()))
    await open().wake()
  }
  const fail = (times: number): void => {
    failures = times
  }
  return { storage, clock, logger, made, open, fire, fail }
}

test('a kind of records of one’s own is woken by its alarm at its times, and nothing is left at its end', async () => {
  await kept(async ({ storage, clock, made, open, fire }) => {
    for (const count of [1, 2, 3]) {
      await fire()
      expect(clock.now()).toBe(T0 + count * STEP_MS)
      expect(await open().find('acme', 'cnt_1')).toMatchObject({ count })
    }
    expect(made).toEqual(['cnt_1/1', 'cnt_1/2', 'cnt_1/3'])
    expect(await storage.getAlarm()).toBe(T0 + 3 * STEP_MS + KEPT_MS)
    await fire()
    expect([await open().find('acme', 'cnt_1'), await storage.getAlarm()]).toEqual([null, null])
    expect(await open().lookAfter()).toBeNull()
  })
})

test('a wake that fails is logged and tried again', async () => {
  await kept(async ({ storage, clock, logger, made, fire, fail }) => {
    fail(1)
    await fire()
    expect(await storage.getAlarm()).toBe(clock.now() + 10_000)
    expect(logger.lines).toMatchObject([{ level: 'error', fields: { kind: 'counter', id: 'cnt_1' } }])
    await fire()
    expect(made).toEqual(['cnt_1/1'])
  })
})

test('an alarm that was lost is set again', async () => {
  await kept(async ({ storage, clock, open }) => {
    await storage.deleteAlarm()
    expect(await open().lookAfter()).toBe(T0 + STEP_MS + 60_000)
    expect(await storage.getAlarm()).toBe(T0 + STEP_MS)
    await storage.deleteAlarm()
    await clock.advance(3_600_000)
    await open().lookAfter()
    expect(await storage.getAlarm()).toBe(clock.now())
  })
})

test('a record of a newer release is left as it is, logged, and woken later each time', async () => {
  await kept(async ({ storage, clock, logger, made, open, fire }) => {
    storage.sql.exec('UPDATE records SET format = 2')
    const rests: number[] = []
    for (let n = 0; n < 4; n++) {
      await fire()
      rests.push(((await storage.getAlarm()) ?? 0) - clock.now())
    }
    expect(rests).toEqual(rests.toSorted((a, b) => a - b))
    expect(rests[3]).toBeGreaterThan(rests[0] ?? 0)
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn', 'warn'])
    await storage.deleteAlarm()
    expect(await open().lookAfter()).toBeGreaterThan(clock.now())
    expect(await storage.getAlarm()).toBeGreaterThan(clock.now())
    expect(made).toEqual([])
    expect(storage.sql.exec('SELECT format, version FROM records').one()).toEqual({ format: 2, version: 1 })
  })
})
