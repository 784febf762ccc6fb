import { expect, test } from 'vitest'
import { activityView } from '#adapters/http/wire/activity-views.ts'
import type { ActivityEnd } from '#ports/job-index.ts'
import { T0 } from '#test/support/fixtures.ts'

const failedIn = (part: number): ActivityEnd => ({
  part,
  status: 'failed',
  errorCode: 'poisoned',
  jobs: 1,
  usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
  cost: { nanos: 0, unpricedCalls: 0 },
})

test('an end that a wrong clock put out of the time counts in the nearest part', () => {
  const time = { from: T0, to: T0 + 1999, parts: 2, partMs: 1000, isWhole: true }
  const { parts, failures } = activityView({ ...time, read: 3, ends: [-3, 0, 7].map(failedIn) })
  expect(parts.map(({ failed }) => failed)).toEqual([2, 1])
  expect(failures).toEqual([{ code: 'poisoned', jobs: 3 }])
})
