import { expect, test } from 'vitest'
import { type AlarmState, type AlarmStep, nextAlarm } from '#adapters/cloudflare/next-alarm.ts'
import { T0 } from '#test/support/fixtures.ts'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
const SOON = T0 + 30 * SECOND_MS
const RUN = { kind: 'run', at: T0 + HOUR_MS }
const EXPIRE = { kind: 'expire', at: T0 + HOUR_MS }
const BEHIND = { isBehind: true, sweepsSoon: false }
const SWEPT_SOON = { isBehind: false, sweepsSoon: true }

/** At rest an hour before its wake, without an alarm. */
const REST: AlarmState = {
  wake: RUN,
  index: { isBehind: false, sweepsSoon: false },
  handlerRuns: false,
  alarm: null,
  checks: false,
  now: T0,
}
const AT_WORK: AlarmState = { ...REST, handlerRuns: true }
const CHECK: AlarmState = { ...REST, checks: true, wake: { kind: 'run', at: T0 } }

const CASES: readonly (readonly [rule: string, state: AlarmState, step: AlarmStep])[] = [
  ['no alarm: it is set to the wake', REST, { set: RUN.at }],
  ['an alarm that is not known is set', { ...REST, alarm: undefined }, { set: RUN.at }],
  ['an alarm at the wake is left', { ...REST, alarm: RUN.at }, 'leave'],
  ['an alarm after the wake is moved', { ...REST, alarm: RUN.at + 1 }, { set: RUN.at }],
  ['an alarm before the wake is moved', { ...REST, alarm: RUN.at - 1 }, { set: RUN.at }],
  ['a wake in the past is an alarm in the past', { ...REST, wake: { kind: 'run', at: T0 - 1 } }, { set: T0 - 1 }],
  ['an end is an alarm like any other', { ...REST, wake: EXPIRE, index: SWEPT_SOON }, { set: EXPIRE.at }],

  ['no wake: an alarm is deleted', { ...REST, wake: null, alarm: RUN.at }, 'delete'],
  ['no wake: an alarm that is not known is deleted', { ...REST, wake: null, alarm: undefined }, 'delete'],
  ['no wake: no alarm is left so', { ...REST, wake: null }, 'leave'],
  ['no wake: an index that is behind changes nothing', { ...REST, wake: null, index: BEHIND }, 'leave'],

  ['an index that is behind: the alarm comes soon', { ...REST, index: BEHIND }, { set: SOON }],
  ['an index that is behind: an alarm at the wake is moved', { ...REST, index: BEHIND, alarm: RUN.at }, { set: SOON }],
  ['an index that is behind: an alarm that comes soon is left', { ...REST, index: BEHIND, alarm: SOON }, 'leave'],
  [
    'an index that is behind: a wake that comes sooner is not put off',
    { ...REST, index: BEHIND, wake: { kind: 'run', at: SOON - 1 } },
    { set: SOON - 1 },
  ],
  ['an index that has heard: the alarm goes back to the wake', { ...REST, alarm: SOON }, { set: RUN.at }],

  ['a fired alarm stands for a wake', AT_WORK, 'leave'],
  ['a fired alarm stands for a wake of a job that is swept soon', { ...AT_WORK, index: SWEPT_SOON }, 'leave'],
  ['a fired alarm stands for an index that is behind', { ...AT_WORK, index: BEHIND }, 'leave'],
  ['a fired alarm stands where nothing is to be woken', { ...AT_WORK, wake: null }, 'leave'],
  ['a fired alarm stands for an end that would be lost to the index', { ...AT_WORK, wake: EXPIRE }, 'leave'],
  ['an end that the sweep finds is set at once', { ...AT_WORK, wake: EXPIRE, index: SWEPT_SOON }, { set: EXPIRE.at }],
  [
    'an end that the sweep finds is set at once, also where the index is behind',
    { ...AT_WORK, wake: EXPIRE, index: { isBehind: true, sweepsSoon: true } },
    { set: EXPIRE.at },
  ],
  ['a fired alarm that was replaced no longer stands', { ...AT_WORK, alarm: EXPIRE.at + 1 }, { set: RUN.at }],
  ['a fired alarm may have been deleted with the storage', { ...AT_WORK, alarm: undefined }, { set: RUN.at }],
  [
    'a fired alarm that was replaced: the alarm comes soon for an index that is behind',
    { ...AT_WORK, alarm: EXPIRE.at + 1, index: BEHIND },
    { set: SOON },
  ],

  ['a check where there is no alarm sets it', CHECK, { set: T0 }],
  ['a check moves an alarm that comes too late', { ...CHECK, alarm: T0 + 1 }, { set: T0 }],
  ['a check leaves an alarm at that time', { ...CHECK, alarm: T0 }, 'leave'],
  ['a check leaves an alarm that comes sooner', { ...CHECK, wake: RUN, alarm: RUN.at - 1 }, 'leave'],
  ['a check leaves an alarm that is a little late', { ...CHECK, alarm: T0 - 30 * SECOND_MS }, 'leave'],
  ['a check sets a lost alarm again', { ...CHECK, alarm: T0 - 30 * SECOND_MS - 1 }, { set: T0 }],
  ['a check relies on a fired alarm that stands', { ...CHECK, handlerRuns: true }, 'leave'],
]

test.each(CASES)('%s', (_rule, state, step) => {
  expect(nextAlarm(state)).toEqual(step)
})
