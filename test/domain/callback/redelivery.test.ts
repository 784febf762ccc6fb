import { expect, test } from 'vitest'
import { MOST_REDELIVERIES, mayRedeliver } from '#domain/callback/redelivery.ts'
import type { DeliveryState } from '#domain/callback/delivery.ts'
import { T0 } from '#test/support/fixtures.ts'

const SENT: DeliveryState = {
  id: 'msg_1',
  occurredAt: T0,
  status: 'failed',
  attempts: [],
  attemptCount: 9,
  triedSince: T0,
  redeliveries: 0,
  redeliveredAt: null,
  redeliveredBy: null,
  nextAt: null,
}

const may = (fields: Partial<DeliveryState>, now = T0, others: readonly DeliveryState[] = []) => {
  const delivery = { ...SENT, ...fields }
  return mayRedeliver({ id: 'job_1', deliveries: [delivery, ...others] }, delivery, now)
}

test('a message that is due, and has all its tries before it, is on its way already', () => {
  const pending = { status: 'pending', attemptCount: 0 } as const
  expect(may({ ...pending, nextAt: T0 })).toBe(false)
  // After the clock was set back, or after a try, it would be long in coming.
  expect(may({ ...pending, nextAt: T0 + 1 })).toBe(true)
  expect(may({ ...pending, attemptCount: 1, nextAt: T0 })).toBe(true)
})

test('a message rests for ten seconds after it was asked for; a clock that was set back since makes no longer rest', () => {
  for (const now of [T0, T0 + 9999]) expect(() => may({ redeliveredAt: T0 }, now)).toThrow('less than 10 s ago')
  for (const now of [T0 + 10_000, T0 - 1]) expect(may({ redeliveredAt: T0 }, now)).toBe(true)
})

test('all messages of a job are sent again a hundred times together', () => {
  const other = { ...SENT, id: 'msg_2', redeliveries: MOST_REDELIVERIES - 1 }
  expect(may({ redeliveries: 0 }, T0, [other])).toBe(true)
  expect(() => may({ redeliveries: 1 }, T0, [other])).toThrow('as often as they may be')
})
