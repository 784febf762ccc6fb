import { describe, expect, test } from 'vitest'
import { judgeAttempt } from '#domain/callback/callback.ts'
import type { Delivery } from '#domain/callback/delivery.ts'
import { T0 } from '#test/support/fixtures.ts'

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

  test('is given up all the same when its time is over', () => {
    expect(judged(24 * HOUR_MS, { triedSince: T0 - 49 * HOUR_MS })).toMatchObject({ becomes: 'failed', nextAt: null })
  })
})
