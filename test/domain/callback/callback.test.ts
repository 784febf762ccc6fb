import { describe, expect, test } from 'vitest'
import { applyDelivery, changed, judgeAttempt } from '#domain/callback/callback.ts'
import type { Delivery } from '#domain/callback/delivery.ts'
import { T0, TILL, submitted } from '#test/support/fixtures.ts'

const HOUR_MS = 3_600_000
const delivery = (fields: Partial<Delivery> = {}): Delivery => ({
  id: 'msg_1',
  event: 'job.failed',
  occurredAt: T0,
  unknownCalls: [],
  status: 'pending',
  attempts: [],
  attemptCount: 0,
  triedSince: T0,
  redeliveries: 0,
  redeliveredAt: null,
  redeliveredBy: null,
  nextAt: T0,
  ...fields,
})
const judged = (retryAfterMs: number | undefined, fields: Partial<Delivery> = {}) =>
  judgeAttempt(delivery(fields), { at: T0, status: 429, reason: null, retryAfterMs }, 0)

test.each([
  { status: 199, becomes: 'pending' },
  { status: 200, becomes: 'delivered' },
  { status: 299, becomes: 'delivered' },
  { status: 300, becomes: 'pending' },
  { status: 410, becomes: 'gone' },
])('a message that is answered with $status is $becomes', ({ status, becomes }) => {
  expect(judgeAttempt(delivery(), { at: T0, status, reason: null }, 0).becomes).toBe(becomes)
})

test('what was delivered, or has failed, stays so when its receiver is gone; what waits is withheld', () => {
  const deliveries = (['delivered', 'failed', 'pending', 'pending'] as const).map((status, n) =>
    delivery({ id: `msg_${String(n)}`, status, nextAt: status === 'pending' ? T0 : null }),
  )
  const gone = judgeAttempt(delivery({ id: 'msg_2' }), { at: T0, status: 410, reason: null }, 0)
  const job = applyDelivery({ ...submitted().job, deliveries }, gone)
  expect(job.deliveries.map(({ status, attemptCount }) => [status, attemptCount])).toEqual([
    ['delivered', 0],
    ['failed', 0],
    ['gone', 1],
    ['gone', 1],
  ])
})

test('a message that is asked for again is tried for three days from then', () => {
  const asked = { type: 'callback.redelivery_requested', at: T0 + 96 * HOUR_MS, deliveryId: 'msg_1', by: TILL } as const
  const again = changed(delivery({ status: 'failed', attemptCount: 9, nextAt: null }), asked)
  const judge = (at: number) => judgeAttempt(again, { at, status: 500, reason: null }, 0)
  expect(judge(asked.at)).toMatchObject({ becomes: 'pending', nextAt: asked.at + 5000 })
})

describe('a receiver that refuses a message', () => {
  test.each([
    { asks: 60_000, attemptCount: 0, waitMs: 60_000 },
    { asks: 60_000, attemptCount: 1, waitMs: 300_000 },
    { asks: undefined, attemptCount: 0, waitMs: 5000 },
    { asks: 3.2e12, attemptCount: 0, waitMs: 24 * HOUR_MS },
    { asks: Number.NaN, attemptCount: 0, waitMs: 5000 },
    { asks: -60_000, attemptCount: 0, waitMs: 5000 },
    { asks: Number.POSITIVE_INFINITY, attemptCount: 0, waitMs: 24 * HOUR_MS },
  ])('and $asks is left alone for the later of that and our delay, at most a day', ({ asks, attemptCount, waitMs }) => {
    expect(judged(asks, { attemptCount })).toMatchObject({ becomes: 'pending', nextAt: T0 + waitMs })
  })

  test('is tried for three days, to the last moment', () => {
    const triedSince = T0 - 72 * HOUR_MS + 5000
    expect(judged(undefined, { triedSince })).toMatchObject({ becomes: 'pending', nextAt: T0 + 5000 })
    expect(judged(undefined, { triedSince: triedSince - 1 })).toMatchObject({ becomes: 'failed', nextAt: null })
  })

  test('is given up all the same when its time is over', () => {
    expect(judged(24 * HOUR_MS, { triedSince: T0 - 49 * HOUR_MS })).toMatchObject({ becomes: 'failed', nextAt: null })
  })
})
