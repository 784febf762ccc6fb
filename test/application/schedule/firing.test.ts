import { describe, expect, test } from 'vitest'
import { decideFires } from '#application/schedule/decide-fires.ts'
import { scheduling, shortly } from '#test/support/scheduling.ts'

const AT = Date.parse('2027-01-01T08:00:00Z')
const HOURLY = { cron: '0 * * * *', timeZone: 'UTC' }

/** A schedule whose only fire is decided, in a process that then stands still before it submits the job. */
async function firing(when: { at: number } | { delaySeconds: number }, fields: { occurredAt?: number } = {}) {
  const s = scheduling('2027-01-01T07:00:00Z')
  await s.put(when, fields)
  s.clock.step(AT - s.clock.now())
  const stored = await s.get()
  const decided = decideFires(stored, { now: AT, calendar: s.calendar, unfinished: [] })
  await s.schedules.save({ ...decided, version: stored.version + 1 })
  expect(await s.get()).toMatchObject({ status: 'active', nextFireAt: null, pending: { fires: [{}] } })
  return s
}

describe('while the only fire of a schedule is being submitted', () => {
  test('a repeat of its PUT does not fire again; another time does', async () => {
    const s = await firing({ at: AT })
    expect(await s.put({ at: AT })).toMatchObject({ ignored: true })
    expect(await s.put({ at: AT + 1 }, { overlap: 'allow' })).toMatchObject({ ignored: false })
    await s.passUntil(AT + 60_000)
    expect(new Set(s.submitted).size).toBe(2)
  })

  test('an event of the same time does not arm it again; a newer one does', async () => {
    const s = await firing({ delaySeconds: 3600 }, { occurredAt: 1 })
    expect(await s.put({ delaySeconds: 3600 }, { occurredAt: 1 })).toMatchObject({ ignored: true })
    expect(await s.put({ delaySeconds: 3600 }, { occurredAt: 2 })).toMatchObject({ ignored: false })
  })
})

describe('a job that still runs', () => {
  test('is not forgotten when the schedule is resumed', async () => {
    const s = scheduling('2027-01-01T00:30:00Z')
    await s.put(HOURLY)
    await s.passUntil('2027-01-01T01:30:00Z')
    await s.control.pause(s.key())
    await s.control.resume(s.key())
    await s.passUntil('2027-01-01T02:30:00Z')
    expect(shortly(await s.get()).at(-1)).toBe('skipped 2027-01-01T02:00Z (overlap)')
  })

  test('is not forgotten when the cadence is another one', async () => {
    const s = scheduling('2027-01-01T00:30:00Z')
    await s.put(HOURLY)
    await s.passUntil('2027-01-01T01:30:00Z')
    await s.put({ ...HOURLY, cron: '15 * * * *' })
    await s.passUntil('2027-01-01T02:30:00Z')
    expect(shortly(await s.get()).at(-1)).toBe('skipped 2027-01-01T02:15Z (overlap)')
  })
})
