import { describe, expect, test } from 'vitest'
import { dueFires } from '#application/schedule/due-fires.ts'
import { scheduling, shortly, utc } from '#test/support/scheduling.ts'

const HOURLY = { cron: '0 * * * *', timeZone: 'UTC' }
const BEGIN = '2027-01-01T00:30:00Z'

describe('fires that were missed, because nothing ran for three days', () => {
  const away = async (catchUp: 'none' | 'last' | 'all', fields = {}) => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { catchUp, overlap: 'allow', ...fields })
    s.clock.step(3 * 86_400_000)
    // Each wake is a commit: many fires are decided in one.
    await s.wake('s', 6)
    return s
  }

  test('none: all are recorded as missed', async () => {
    const s = await away('none')
    expect(shortly(await s.get())).toEqual(['missed 2027-01-01T01:00Z…2027-01-04T00:00Z ×72'])
    expect(utc((await s.get()).nextFireAt ?? 0)).toBe('2027-01-04T01:00Z')
  })

  test('last: the last one is made up for', async () => {
    const s = await away('last')
    expect(shortly(await s.get())).toEqual([
      'missed 2027-01-01T01:00Z…2027-01-03T23:00Z ×71',
      'submitted 2027-01-04T00:00Z',
    ])
  })

  test('all: those of the last day are, oldest first', async () => {
    const s = await away('all')
    const history = shortly(await s.get())
    expect(history[0]).toBe('missed 2027-01-01T01:00Z…2027-01-03T00:00Z ×48')
    expect(history.slice(1)).toEqual(
      Array.from({ length: 24 }, (_, n) => `submitted ${utc(Date.parse('2027-01-03T01:00:00Z') + n * 3_600_000)}`),
    )
    expect(new Set(s.submitted).size).toBe(24)
  })

  test('all, one at a time: the others are skipped while the first runs', async () => {
    const s = await away('all', { overlap: 'skip' })
    expect(shortly(await s.get())).toEqual([
      'missed 2027-01-01T01:00Z…2027-01-03T00:00Z ×48',
      'submitted 2027-01-03T01:00Z',
      'skipped 2027-01-03T02:00Z…2027-01-04T00:00Z ×23 (overlap)',
    ])
  })

  test('within two hours', async () => {
    const s = await away('all', { catchUpWithinSeconds: 7200 })
    expect(new Set(s.submitted).size).toBe(2)
  })

  test('the last of those that are too old is missed, too', async () => {
    const s = await away('last', { catchUpWithinSeconds: 60 })
    expect(shortly(await s.get())).toEqual(['missed 2027-01-01T01:00Z…2027-01-04T00:00Z ×72'])
  })

  test('thousands are decided in slices', async () => {
    const s = scheduling(BEGIN)
    await s.put({ everySeconds: 60 }, { overlap: 'allow' })
    s.clock.step(3 * 86_400_000)
    await s.wake('s', 6)
    expect(shortly(await s.get())).toEqual([
      'missed 2027-01-01T00:31Z…2027-01-04T00:29Z ×4319',
      'submitted 2027-01-04T00:30Z',
    ])
  })

  test('what fires once is made up for, however late', async () => {
    const s = scheduling(BEGIN)
    await s.put({ delaySeconds: 60 })
    s.clock.step(3 * 86_400_000)
    await s.wake()
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-01T00:31Z'])
  })

  test('unless it says otherwise', async () => {
    const s = scheduling(BEGIN)
    await s.put({ delaySeconds: 60 }, { catchUpWithinSeconds: 3600 })
    s.clock.step(3 * 86_400_000)
    await s.wake()
    expect(shortly(await s.get())).toEqual(['missed 2027-01-01T00:31Z'])
    expect((await s.get()).status).toBe('ended')
  })
})

describe('a fire that is late', () => {
  const FIRE_AT = Date.parse('2027-01-01T01:00:00Z')

  test.each([
    { catchUp: 'none', lateMs: 60_000, outcome: 'submitted' },
    { catchUp: 'none', lateMs: 60_001, outcome: 'missed' },
    { catchUp: 'last', lateMs: 600_000, outcome: 'submitted' },
    { catchUp: 'last', lateMs: 600_001, outcome: 'missed' },
  ] as const)('by $lateMs ms, with $catchUp within ten minutes, is $outcome', async ({ catchUp, lateMs, outcome }) => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { catchUp, catchUpWithinSeconds: 600 })
    s.clock.step(FIRE_AT + lateMs - s.clock.now())
    await s.wake()
    expect(shortly(await s.get())).toEqual([`${outcome} 2027-01-01T01:00Z`])
  })

  test('was planned by rules that its zone has changed since: it comes at the time of the new ones', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY)
    const planned = { ...(await s.get()), nextFireAt: FIRE_AT - 1_200_000 }
    const moment = { calendar: s.calendar, unfinished: [] }
    const early = dueFires(planned, { ...moment, now: FIRE_AT - 1 })
    expect(early).toMatchObject({ made: [], missed: null, nextFireAt: FIRE_AT })
    expect(dueFires(planned, { ...moment, now: FIRE_AT }).made).toEqual([FIRE_AT])
  })
})
