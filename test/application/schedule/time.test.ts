import { describe, expect, test } from 'vitest'
import { decideFires } from '#application/schedule/decide-fires.ts'
import { quietEnd } from '#application/schedule/quiet-end.ts'
import { upcomingFires } from '#application/schedule/upcoming.ts'
import { scheduling, shortly, utc } from '#test/support/scheduling.ts'

const HOURLY = { cron: '0 * * * *', timeZone: 'UTC' }
const BEGIN = '2027-01-01T00:30:00Z'

/** Both edges of 2027 in three zones: the nominal times of a day, in UTC. */
const EDGES = [
  ['Europe/Stockholm', 'gap', '2027-03-28', '02:30', ['2027-03-28T01:00Z after_gap']],
  ['Europe/Stockholm', 'repeat', '2027-10-31', '02:30', ['2027-10-31T00:30Z first_pass']],
  ['America/New_York', 'gap', '2027-03-14', '02:30', ['2027-03-14T07:00Z after_gap']],
  ['America/New_York', 'repeat', '2027-11-07', '01:30', ['2027-11-07T05:30Z first_pass']],
  ['Australia/Lord_Howe', 'gap', '2027-10-03', '02:15', ['2027-10-02T15:30Z after_gap']],
  ['Australia/Lord_Howe', 'repeat', '2027-04-04', '01:45', ['2027-04-03T14:45Z first_pass']],
] as const

describe('clock changes', () => {
  test.each(EDGES)('%s, %s on %s: a daily time fires once', async (...[timeZone, , day, wall, expected]) => {
    const s = scheduling(`${day}T00:00:00Z`)
    s.clock.step(-12 * 3_600_000)
    const [hour, minute] = wall.split(':').map(Number)
    const { schedule } = await s.put(
      { cron: `${String(minute)} ${String(hour)} * * *`, timeZone },
      { overlap: 'allow' },
    )
    const ofDay = upcomingFires(schedule, s.calendar).filter(({ wallTime }) => wallTime.startsWith(day))
    expect(ofDay.map(({ at, note }) => `${utc(at)} ${String(note)}`)).toEqual(expected)
    await s.passUntil(s.clock.now() + 60 * 3_600_000)
    expect(shortly(await s.get()).filter((line) => line.includes(utc(ofDay[0]?.at ?? 0))).length).toBe(1)
    expect(s.submitted.length).toBe((await s.get()).fires.length)
  })

  test('every half hour fires in both passes of a repeated hour, and skips a gap', async () => {
    const s = scheduling('2027-10-30T23:20:00Z')
    const when = { cron: '*/30 * * * *', timeZone: 'Europe/Stockholm' }
    const autumn = upcomingFires((await s.put(when)).schedule, s.calendar).slice(0, 6)
    expect(autumn.map(({ wallTime, note }) => `${wallTime} ${String(note)}`)).toEqual([
      '2027-10-31T01:30:00+02:00 null',
      '2027-10-31T02:00:00+02:00 first_pass',
      '2027-10-31T02:30:00+02:00 first_pass',
      '2027-10-31T02:00:00+01:00 second_pass',
      '2027-10-31T02:30:00+01:00 second_pass',
      '2027-10-31T03:00:00+01:00 null',
    ])
    const t = scheduling('2027-03-28T00:20:00Z')
    const spring = upcomingFires((await t.put(when)).schedule, t.calendar).slice(0, 2)
    expect(spring.map(({ wallTime }) => wallTime)).toEqual(['2027-03-28T01:30:00+01:00', '2027-03-28T03:00:00+02:00'])
  })

  test('a leap day comes every four years', async () => {
    const s = scheduling('2027-01-01T00:00:00Z')
    const { schedule } = await s.put({ cron: '0 12 29 2 *', timeZone: 'UTC' })
    const next = upcomingFires(schedule, s.calendar)
    expect(next.slice(0, 3).map(({ at }) => utc(at))).toEqual([
      '2028-02-29T12:00Z',
      '2032-02-29T12:00Z',
      '2036-02-29T12:00Z',
    ])
    expect(next.length).toBe(10)
  })
})

describe('a clock that jumps', () => {
  test('an hour ahead: what it passed is missed, but for the last; nothing is fired twice when it jumps back', async () => {
    const s = scheduling(BEGIN)
    await s.put({ everySeconds: 600 }, { overlap: 'allow' })
    await s.passUntil('2027-01-01T00:41:00Z')
    s.clock.step(3_600_000)
    await s.wake()
    s.clock.step(-3_600_000)
    await s.wake()
    await s.passUntil('2027-01-01T01:55:00Z')
    expect(shortly(await s.get())).toEqual([
      'submitted 2027-01-01T00:40Z',
      'missed 2027-01-01T00:50Z…2027-01-01T01:30Z ×5',
      'submitted 2027-01-01T01:40Z',
      'submitted 2027-01-01T01:50Z',
    ])
    expect(new Set(s.submitted).size).toBe(3)
  })

  test('an hour back: it fires at the next time that it has not fired yet', async () => {
    const s = scheduling(BEGIN)
    await s.put(HOURLY, { overlap: 'allow' })
    await s.passUntil('2027-01-01T02:10:00Z')
    s.clock.step(-3_600_000)
    await s.wake()
    await s.passUntil('2027-01-01T03:10:00Z')
    expect(shortly(await s.get())).toEqual([
      'submitted 2027-01-01T01:00Z',
      'submitted 2027-01-01T02:00Z',
      'submitted 2027-01-01T03:00Z',
    ])
  })

  test('an hour back: what a dead process has decided, and a look at an earlier job, do not wait for the hour', async () => {
    let dies = true
    const s = scheduling(BEGIN, {
      submitting: (submit) => (dies ? Promise.reject(new Error('The process has died.')) : submit()),
    })
    await s.put(HOURLY, { overlap: 'queue_one' })
    await expect(s.passUntil('2027-01-01T01:00:00Z')).rejects.toThrow('died')
    dies = false
    s.clock.step(-3_600_000)
    await s.wake()
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-01T01:00Z'])
    await s.passUntil('2027-01-01T02:00:01Z')
    await s.finish(s.submitted[0] ?? '', 'completed')
    s.clock.step(-3_600_000)
    await s.wake()
    expect(shortly(await s.get()).slice(1)).toEqual(['queued 2027-01-01T02:00Z', 'submitted 2027-01-01T02:00Z'])
  })

  test('three hours back: a fire that quiet hours have moved waits for their end all the same', async () => {
    const s = scheduling('2027-01-01T20:30:00Z')
    const quietHours = { from: '21:00', to: '08:00', timeZone: 'UTC' }
    await s.put({ delaySeconds: 3600 }, { quietHours })
    await s.passUntil('2027-01-01T21:40:00Z')
    s.clock.step(-3 * 3_600_000)
    await s.wake()
    expect(shortly(await s.get())).toEqual(['moved 2027-01-01T21:30Z'])
    const facts = { now: s.clock.now(), calendar: s.calendar, unfinished: [] }
    expect(decideFires(await s.get(), facts)).toMatchObject({ pending: null, waiting: { for: 'quiet_hours' } })
  })

  test('a delay that was set before the clock went back is not lost', async () => {
    const s = scheduling(BEGIN)
    await s.put({ delaySeconds: 600 })
    s.clock.step(-3_600_000)
    await s.passUntil('2027-01-01T00:45:00Z')
    expect(s.submitted.length).toBe(1)
  })
})

describe('the end of quiet hours', () => {
  const end = (from: string, to: string, at: string): string | null => {
    const timeZone = 'Europe/Stockholm'
    const { calendar } = scheduling(BEGIN)
    const until = quietEnd({ from, to, timeZone }, Date.parse(at), calendar)
    return until === null ? null : utc(until)
  }

  test.each([
    ['outside', '21:00', '08:00', '2027-01-01T12:00:00Z', null],
    ['at their end', '21:00', '08:00', '2027-01-01T07:00:00Z', null],
    ['at their begin', '21:00', '08:00', '2027-01-01T20:00:00Z', '2027-01-02T07:00Z'],
    ['after midnight', '21:00', '08:00', '2027-01-02T03:00:59Z', '2027-01-02T07:00Z'],
    ['within a day', '09:00', '17:00', '2027-01-01T12:00:00Z', '2027-01-01T16:00Z'],
    ['at their begin, within a day', '09:00', '17:00', '2027-01-01T08:00:00Z', '2027-01-01T16:00Z'],
    ['at their end, within a day', '09:00', '17:00', '2027-01-01T16:00:00Z', null],
    ['over the change to summer time', '21:00', '08:00', '2027-03-27T22:00:00Z', '2027-03-28T06:00Z'],
    ['over the change to winter time', '21:00', '08:00', '2027-10-30T22:00:00Z', '2027-10-31T07:00Z'],
    ['whose end does not exist', '21:00', '02:30', '2027-03-27T22:00:00Z', '2027-03-28T01:00Z'],
    ['whose end comes twice, first pass', '21:00', '02:30', '2027-10-31T00:10:00Z', '2027-10-31T00:30Z'],
    ['whose end comes twice, second pass', '21:00', '02:30', '2027-10-31T01:10:00Z', '2027-10-31T01:30Z'],
  ])('%s', (...[, from, to, at, expected]) => {
    expect(end(from, to, at)).toBe(expected)
  })
})
