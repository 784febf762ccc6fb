import { expect, test } from 'vitest'
import { describeSchedule, scheduleTable } from '#adapters/cli/schedule-text.ts'
import { whenOf } from '#adapters/cli/schedules.ts'

const plan = {
  id: 'weekly-plan',
  status: 'active',
  agent: 'planner',
  when: { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' },
  nextFireAt: '2026-11-30T06:00:00.000Z',
}

test('a list is a table with a head, and says why a schedule does not fire', () => {
  const cart = { id: 'cart:1', status: 'paused', pausedBecause: 'failures', agent: 'a', when: { everySeconds: 60 } }
  expect(
    scheduleTable([
      { ...plan, declaredBy: 'code' },
      { ...cart, nextFireAt: null },
    ]),
  ).toBe(
    [
      'ID           STATUS             AGENT    WHEN                         NEXT FIRE',
      'weekly-plan  active (in code)   planner  0 7 * * 1  Europe/Stockholm  2026-11-30T06:00:00.000Z',
      'cart:1       paused (failures)  a        every 60 s                   -',
      '',
    ].join('\n'),
  )
})

test('a schedule shows its next fires with clock changes, and its last fires with what became of them', () => {
  const at = '2026-11-23T06:00:00.000Z'
  const text = describeSchedule({
    ...plan,
    ignored: true,
    overlap: 'skip',
    catchUp: 'last',
    next: [{ at: '2027-03-28T01:00:00.000Z', local: '2027-03-28T03:00:00+02:00', note: 'after_gap' }],
    fires: [
      { nominalAt: at, count: 1, cause: 'run', outcome: 'submitted', jobId: 'job_1' },
      { nominalAt: at, lastNominalAt: '2026-11-23T07:00:00.000Z', count: 3, cause: 'schedule', outcome: 'missed' },
      { nominalAt: at, count: 1, cause: 'schedule', outcome: 'refused', error: { message: 'No.' } },
    ],
  })
  expect(text).toBe(
    [
      'weekly-plan  (ignored: a newer event was seen before)',
      '  status    active',
      '  agent     planner',
      '  when      0 7 * * 1  Europe/Stockholm',
      '  overlap   skip',
      '  catch-up  last',
      '',
      'Next fires',
      '  2027-03-28T01:00:00.000Z  2027-03-28T03:00:00+02:00  the clock skips its time: right after that',
      '',
      'Last fires',
      '  2026-11-23T06:00:00.000Z                              submitted   run  job_1',
      '  2026-11-23T06:00:00.000Z to 2026-11-23T07:00:00.000Z  missed (3)',
      '  2026-11-23T06:00:00.000Z                              refused          No.',
      '',
    ].join('\n'),
  )
})

test('a key that may not read sees the status alone', () => {
  const { id, status, nextFireAt } = plan
  expect(describeSchedule({ id, status, nextFireAt })).toBe('weekly-plan\n  status  active\n')
})

test('a cron without a zone is in UTC, and a zone goes with a cron', () => {
  expect(whenOf({ cron: '0 7 * * 1' })).toEqual({ cron: '0 7 * * 1', timeZone: 'UTC' })
  expect(whenOf({ cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' })).toMatchObject({ timeZone: 'Europe/Stockholm' })
  expect(() => whenOf({ every: 60, timeZone: 'UTC' })).toThrow('--time-zone goes with --cron alone.')
  expect(() => whenOf({ timeZone: 'UTC' })).toThrow('Give one of --cron, --every, --at and --delay.')
})
