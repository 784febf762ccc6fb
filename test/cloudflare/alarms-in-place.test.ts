import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { AlarmsInPlace } from '#adapters/cloudflare/alarms-in-place.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

afterAll(() => reset())

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

test('a held alarm comes later each time, up to an hour, and soon in the next hold', async () => {
  const clock = new ManualClock(Date.now() + DAY_MS)
  let wanted = 'eu'
  let worked = 0
  const logger = () => silentLogger
  const alarms = new AlarmsInPlace({ jurisdiction: () => wanted, logger, clock, random: { fraction: () => 0.25 } })
  await runInDurableObject(env.CONTRACT_HOST.getByName('held'), async (_instance, state) => {
    const work = () => {
      worked++
      return Promise.resolve()
    }
    const fire = async () => {
      await alarms.run(env, state, work)
      const waitMs = ((await state.storage.getAlarm()) ?? 0) - clock.now()
      await clock.advance(waitMs)
      return waitMs / (0.75 * MINUTE_MS)
    }
    const waits = []
    for (let fired = 0; fired < 9; fired++) waits.push(await fire())
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect(worked).toBe(0)
    wanted = ''
    await alarms.run(env, state, work)
    expect(worked).toBe(1)
    wanted = 'eu'
    await clock.advance(DAY_MS)
    expect(await fire()).toBe(1)
    await state.storage.deleteAlarm()
  })
})
