import { expect, test } from 'vitest'
import type { ModelCallCompleted, ModelCallFailed } from '#domain/agent/turn-event.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { NO_COST, addCosts, costOfCall, microsOf } from '#domain/money/cost.ts'
import { costText } from '#domain/money/dollars.ts'

const USED = { ...NO_USAGE, inputTokens: 10, outputTokens: 5 }
const SPOKEN = { ...NO_USAGE, outputTokens: 5 }
const ANSWERED: ModelCallCompleted = {
  type: 'model_call.completed',
  at: 0,
  iteration: 1,
  message: { role: 'assistant', parts: [] },
  finishReason: 'stop',
  usage: USED,
}
const FAILED: ModelCallFailed = { type: 'model_call.failed', at: 0, iteration: 1, message: 'It failed.' }

test.each([
  ['nothing', NO_COST, 0],
  ['whole micro-dollars', { nanos: 70_000, unpricedCalls: 0 }, 70],
  ['a part of one: what was paid for is not free', { nanos: 1, unpricedCalls: 0 }, 1],
  ['what is known, where not all is', { nanos: 70_000, unpricedCalls: 2 }, 70],
  ['nothing that is known', { nanos: 0, unpricedCalls: 1 }, null],
])('micro-dollars are shown of %s', (_, cost, micros) => {
  expect(microsOf(cost)).toBe(micros)
})

test('a sum of costs is exact, and remembers what it lacks', () => {
  const calls = Array.from({ length: 1000 }, () => ({ nanos: 1, unpricedCalls: 0 }))
  const sum = [...calls, { nanos: 0, unpricedCalls: 1 }].reduce(addCosts, NO_COST)
  expect(sum).toEqual({ nanos: 1000, unpricedCalls: 1 })
})

test.each([
  ['an answer with a price', { ...ANSWERED, costNanos: 70_000 }, { nanos: 70_000, unpricedCalls: 0 }],
  ['an answer of a journal of before prices', ANSWERED, { nanos: 0, unpricedCalls: 1 }],
  ['an answer whose tokens were not counted', { ...ANSWERED, usage: NO_USAGE }, { nanos: 0, unpricedCalls: 1 }],
  ['a failure that was not charged for', FAILED, NO_COST],
  ['a failure with a price', { ...FAILED, usage: USED, costNanos: 70_000 }, { nanos: 70_000, unpricedCalls: 0 }],
  ['a failure with tokens of the answer alone', { ...FAILED, usage: SPOKEN }, { nanos: 0, unpricedCalls: 1 }],
  ['a failure with tokens and no price', { ...FAILED, usage: USED }, { nanos: 0, unpricedCalls: 1 }],
])('a journal says what a call cost: %s', (_, event, cost) => {
  expect(costOfCall(event)).toEqual(cost)
})

test.each([
  [0, 0, '$0.00'],
  [1, 0, '$0.000001'],
  [3790, 0, '$0.00379'],
  [123_456, 0, '$0.1235'],
  [1_204_500_000, 0, '$1,204.50'],
  [1_200_000, 3, 'at least $1.20'],
  [null, 3, 'unknown'],
])('%s micro-dollars with %s unpriced calls are shown as %s', (costMicros, unpricedCalls, text) => {
  expect(costText({ costMicros, unpricedCalls })).toBe(text)
})
