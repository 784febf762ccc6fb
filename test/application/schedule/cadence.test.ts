import { describe, expect, test } from 'vitest'
import { scheduling, shortly, utc } from '#test/support/scheduling.ts'

const WEEKLY = { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' }
const HOURLY = { cron: '0 * * * *', timeZone: 'UTC' }

describe('a schedule', () => {
  test('fires at seven on Mondays in Stockholm, in winter and in summer, once each', async () => {
    const s = scheduling('2027-03-20T00:00:00Z')
    await s.put(WEEKLY, { overlap: 'allow' })
    await s.passUntil('2027-04-06T00:00:00Z')
    expect(shortly(await s.get())).toEqual([
      'submitted 2027-03-22T06:00Z',
      'submitted 2027-03-29T05:00Z',
      'submitted 2027-04-05T05:00Z',
    ])
    expect(new Set(s.submitted).size).toBe(3)
  })

  test('submits its work, for the caller who has set it up', async () => {
    const s = scheduling('2027-03-20T00:00:00Z')
    await s.put(WEEKLY, { input: { week: 1 }, tags: ['plan', 'plan'], metadata: { a: 'b' }, retainMs: 5000 })
    await s.passUntil('2027-03-23T00:00:00Z')
    const job = await s.jobOf((await s.get()).fires[0])
    expect(job).toMatchObject({
      agent: 'writer',
      input: { week: 1 },
      createdBy: { kind: 'schedule', id: 's', for: { kind: 'key', id: 'till' } },
      options: { tags: ['plan'], metadata: { a: 'b' }, retainMs: 5000 },
    })
  })

  test('counts an interval from its first PUT, and a PUT of the same interval does not disturb it', async () => {
    const s = scheduling('2027-01-01T00:00:10Z')
    await s.put({ everySeconds: 900 })
    await s.passUntil('2027-01-01T00:10:00Z')
    const { schedule, created } = await s.put({ everySeconds: 900 }, { input: 'other' })
    expect([created, utc(schedule.nextFireAt ?? 0)]).toEqual([false, '2027-01-01T00:15:10.000Z'])
    await s.put({ everySeconds: 600 })
    expect(utc((await s.get()).nextFireAt ?? 0)).toBe('2027-01-01T00:20Z')
  })

  test('fires once at a time, ends, is kept for a week and is gone then', async () => {
    const s = scheduling('2027-01-01T00:00:00Z')
    await s.put({ at: Date.parse('2027-01-02T08:00:00Z') })
    await s.passUntil('2027-01-03T00:00:00Z')
    expect(await s.get()).toMatchObject({ status: 'ended', endedBecause: 'completed', nextFireAt: null })
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-02T08:00Z'])
    await s.passUntil('2027-01-09T07:59:00Z')
    await s.get()
    await s.passUntil('2027-01-09T08:01:00Z')
    await expect(s.get()).rejects.toThrow()
  })

  test('a repeat of the PUT of a time that has fired does not fire again; another time does', async () => {
    const s = scheduling('2027-01-01T00:00:00Z')
    const at = Date.parse('2027-01-01T08:00:00Z')
    await s.put({ at })
    await s.passUntil('2027-01-01T09:00:00Z')
    expect(await s.put({ at })).toMatchObject({ ignored: true, created: false })
    expect(await s.put({ at: at + 1 })).toMatchObject({ ignored: false, created: true })
    await s.wake()
    expect(new Set(s.submitted).size).toBe(2)
  })

  test('ends at its end, without a fire at that time', async () => {
    const s = scheduling('2027-01-01T00:30:00Z')
    await s.put(HOURLY, { endAt: Date.parse('2027-01-01T03:00:00Z'), overlap: 'allow' })
    await s.passUntil('2027-01-01T12:00:00Z')
    expect(shortly(await s.get())).toEqual(['submitted 2027-01-01T01:00Z', 'submitted 2027-01-01T02:00Z'])
    expect(await s.get()).toMatchObject({ status: 'ended', endedBecause: 'completed' })
  })

  test('keeps its last fifty fires', async () => {
    const s = scheduling('2027-01-01T00:30:00Z')
    await s.put(HOURLY, { overlap: 'allow' })
    await s.passUntil('2027-01-04T12:00:00Z')
    const { fires } = await s.get()
    expect([fires.length, utc(fires.at(-1)?.nominalAt ?? 0)]).toEqual([50, '2027-01-04T12:00Z'])
  })

  test('is planned again before a distant fire, because its zone may have changed its rules', async () => {
    const s = scheduling('2027-03-22T07:00:00Z')
    await s.put(WEEKLY)
    // As if the rules at the time of the PUT had said six o'clock UTC.
    const planned = await s.get()
    await s.schedules.save({ ...planned, version: 2, nextFireAt: Date.parse('2027-03-29T06:00:00Z') })
    await s.passUntil('2027-03-29T05:00:00Z')
    expect(shortly(await s.get())).toEqual(['submitted 2027-03-29T05:00Z'])
  })

  test('changes its cadence with another time, under a new generation', async () => {
    const s = scheduling('2027-01-01T00:30:00Z')
    const first = await s.put(HOURLY)
    const second = await s.put({ ...HOURLY, cron: '15 * * * *' })
    expect(second.schedule.generation).toBeGreaterThan(first.schedule.generation)
    expect(utc(second.schedule.nextFireAt ?? 0)).toBe('2027-01-01T01:15Z')
    const same = await s.put({ timeZone: 'UTC', cron: '15 * * * *' })
    expect(same.schedule.generation).toBe(second.schedule.generation)
  })
})

describe('a schedule that makes no sense is refused', () => {
  test.each([
    ['four fields', { when: { cron: '0 7 * *', timeZone: 'UTC' } }, 'five fields'],
    ['an hour that no day has', { when: { cron: '0 25 * * *', timeZone: 'UTC' } }, 'no cron expression'],
    ['a zone that does not exist', { when: { cron: '0 7 * * *', timeZone: 'Mars/Olympus' } }, 'no time zone'],
    ['a date that no year has', { when: { cron: '0 7 31 2 *', timeZone: 'UTC' } }, 'never fire'],
    ['an end before the first fire', { when: HOURLY, endAt: Date.parse('2027-01-01T01:00:00Z') }, 'never fire'],
    ['a fixed time at its end', { when: { at: 5 }, endAt: 5 }, 'never fire'],
    ['an interval of nothing', { when: { everySeconds: 0 } }, 'when.everySeconds'],
    ['a bound for what recurs', { when: HOURLY, latestBy: 5 }, 'latestBy'],
    ['merging for what recurs', { when: HOURLY, merge: 'all' }, 'merge'],
    ['quiet hours of no length', { when: HOURLY, quietHours: { from: '08:00', to: '08:00', timeZone: 'UTC' } }, 'end'],
    ['quiet hours at 24:00', { when: HOURLY, quietHours: { from: '24:00', to: '08:00', timeZone: 'UTC' } }, 'HH:MM'],
    ['a limit of nothing', { when: HOURLY, limit: { key: 'k', max: 0, perSeconds: 1 } }, 'limit.max'],
    ['too much input', { when: HOURLY, input: 'x'.repeat(150_000) }, 'characters'],
    ['an agent that does not exist', { when: HOURLY, agent: 'ghost' }, 'ghost'],
  ] as const)('%s', async (_name, { when, ...fields }, message) => {
    const s = scheduling('2027-01-01T00:30:00Z')
    await expect(s.put(when, fields)).rejects.toThrow(message)
    await expect(s.get()).rejects.toThrow()
  })

  test('an id with a blank', async () => {
    const s = scheduling('2027-01-01T00:30:00Z')
    await expect(s.put(HOURLY, {}, 'a b')).rejects.toMatchObject({ code: 'invalid_schedule' })
  })
})
