import { expect, test } from 'vitest'
import { activityView } from '#adapters/http/wire/activity-views.ts'
import type { ActivityEnd } from '#ports/job-index.ts'
import { T0 } from '#test/support/fixtures.ts'

const failedIn = (part: number): ActivityEnd => ({
  agent: 'writer',
  part,
  status: 'failed',
  errorCode: 'poisoned',
  earlyStop: null,
  jobs: 1,
  usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
  cost: { nanos: 0, unpricedCalls: 0 },
})

test('an end that a wrong clock put out of the time counts in the nearest part', () => {
  const time = { from: T0, start: T0, to: T0 + 1999, parts: 2, partMs: 1000, isWhole: true }
  const { parts, failures } = activityView({ ...time, read: 3, ends: [-3, 0, 7].map(failedIn) })
  expect(parts.map(({ failed }) => failed)).toEqual([2, 1])
  expect(failures).toEqual([{ code: 'poisoned', jobs: 3 }])
})

test('jobs without a whole answer count by why, the most frequent reason first', () => {
  const time = { from: T0, start: T0, to: T0 + 1999, parts: 2, partMs: 1000, isWhole: true }
  const whole = { ...failedIn(0), status: 'completed', errorCode: null } as const
  const ends = [whole, { ...whole, earlyStop: 'other' }, { ...whole, part: 1, earlyStop: 'length', jobs: 2 }] as const
  expect(activityView({ ...time, read: 4, ends: [...ends, failedIn(0)] })).toMatchObject({
    failures: [{ code: 'poisoned', jobs: 1 }],
    earlyStops: [
      { reason: 'length', jobs: 2 },
      { reason: 'other', jobs: 1 },
    ],
  })
})

test('by agent, the dearest comes first; parts of days begin before what is covered', () => {
  const time = { from: T0 + 500, start: T0, to: T0 + 1999, parts: 2, partMs: 1000, isWhole: false }
  const cheap = failedIn(0)
  const dear = { ...failedIn(1), agent: 'planner', cost: { nanos: 1500, unpricedCalls: 2 } }
  const { parts, agents } = activityView({ ...time, read: 4, ends: [cheap, dear, failedIn(1)] })
  expect(parts.map(({ from }) => Date.parse(from))).toEqual([T0, T0 + 1000])
  expect(agents).toMatchObject([
    { agent: 'planner', failed: 1, costMicros: 2, unpricedCalls: 2 },
    { agent: 'writer', failed: 2, costMicros: 0, unpricedCalls: 0 },
  ])
})
