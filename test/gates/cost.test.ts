import { expect, test } from 'vitest'
import { billOnCloudflare, billOnLambda, dollars } from '#bench/bill.ts'
import { billOfDebounce, billOfEvent, billOfFire } from '#bench/schedule-bill.ts'

const JOBS = 10_000

test.each([1, 10, 60])(
  '10 000 jobs a day of %i s cost less than twice what they would on Lambda + DynamoDB',
  (seconds) => {
    const job = { seconds, days: 30, perDay: JOBS }
    // Where this fails, to begin on Workers is to be thought over again.
    expect(dollars(billOnCloudflare(job), JOBS)).toBeLessThan(2 * dollars(billOnLambda(job), JOBS))
  },
)

test('a bill is its amounts at their prices', () => {
  const bill = [
    { what: 'requests', amount: 2, price: 0.5 },
    { what: 'rows', amount: 3, price: 1 },
  ]
  expect(dollars(bill, 10)).toBe(40)
})

test.each([
  ['a fire every hour', billOfFire({ daysBetween: 1 / 24 })],
  ['a cart with five changes', billOfDebounce({ puts: 5 })],
  ['a webhook event', billOfEvent()],
])('%s costs less than twice the job that it starts', (_what, bill) => {
  const job = billOnCloudflare({ seconds: 10, days: 30, perDay: JOBS })
  expect(dollars(bill, JOBS)).toBeLessThan(2 * dollars(job, JOBS))
})
