import { expect, test } from 'vitest'
import { isOver, mustStop, retryableOf } from '#domain/batch/progress.ts'
import type { BatchTotals, ItemCounts } from '#domain/batch/item.ts'
import { ABANDONED_MS, IDLE_MS, settled } from '#domain/batch/transitions.ts'
import { OPENED } from '#test/contracts/batch-scene.ts'
import { batchOf } from '#test/support/batch.ts'
import { T0, TILL } from '#test/support/fixtures.ts'

const CLOSED = { at: T0, by: TILL }

const totals = (counts: Partial<ItemCounts>, fields: Partial<BatchTotals> = {}): BatchTotals => ({
  ...{ ...OPENED, ...fields },
  counts: { ...OPENED.counts, ...counts },
})

test.each([
  { limit: { count: 3 }, failed: 2, completed: 90, stops: false },
  { limit: { count: 3 }, failed: 3, completed: 90, stops: true },
  { limit: { share: 0.5 }, failed: 19, completed: 0, stops: false },
  { limit: { share: 0.5 }, failed: 20, completed: 0, stops: true },
  { limit: { share: 0.5 }, failed: 10, completed: 10, stops: true },
  { limit: { share: 0.5 }, failed: 10, completed: 11, stops: false },
])('a batch with $limit of failures stops after $failed failed and $completed completed: $stops', (one) => {
  const { limit: stopOnFailures, failed, completed, stops } = one
  expect(mustStop(batchOf({ stopOnFailures }), totals({ failed, completed }))).toBe(stops)
  // What had failed before a retry, and stays so, is no failure of the retry.
  const retried = batchOf({ stopOnFailures, failedBefore: 1000, round: 1 })
  expect(mustStop(retried, totals({ failed: failed + 1000, completed }))).toBe(stops)
  expect(mustStop(batchOf({ stopOnFailures, isRetrying: true }), totals({ failed, completed }))).toBe(false)
  expect(mustStop(batchOf({ stopOnFailures, stoppedAt: T0 }), totals({ failed, completed }))).toBe(false)
})

test('a batch is over when nothing is left of it, and it is neither open nor about to try items again', () => {
  const done = totals({ completed: 3, failed: 1 })
  expect(isOver(batchOf({ closed: CLOSED }), done)).toBe(true)
  expect(isOver(batchOf({ stoppedAt: T0 }), done)).toBe(true)
  expect(isOver(batchOf(), done)).toBe(false)
  expect(isOver(batchOf({ closed: CLOSED, isRetrying: true }), done)).toBe(false)
  expect(isOver(batchOf({ closed: CLOSED }), totals({ completed: 3, running: 1 }))).toBe(false)
})

test('a retry tries failed items again but for refused lines, and after a stop also those that were not tried', () => {
  const ended = totals({ failed: 5, canceled: 7 }, { refusedLines: 2 })
  expect(retryableOf(batchOf(), ended)).toBe(3)
  expect(retryableOf(batchOf({ stoppedAt: T0 }), ended)).toBe(10)
})

test('an open batch says once that it is idle, and is closed after a week without items', () => {
  const batch = batchOf({ callbackUrl: 'https://shop.example/' })
  const none = totals({ completed: 1 }, { lastItemAt: T0 })
  const after = (ms: number, from = batch) => settled(from, none, { now: T0 + ms, at: null })
  expect(after(IDLE_MS - 1).deliveries).toEqual([])
  const idle = after(IDLE_MS)
  expect(idle.deliveries).toMatchObject([{ event: 'batch.idle' }])
  // A message that is due wakes it, however late it would look by itself.
  expect([idle.wakeAt, after(IDLE_MS - 1).wakeAt]).toEqual([T0 + IDLE_MS, T0 + IDLE_MS - 1 + 600_000])
  expect(after(IDLE_MS + 1, idle).deliveries).toHaveLength(1)
  expect(after(ABANDONED_MS - 1).closed).toBeNull()
  expect(after(ABANDONED_MS).closed).toMatchObject({ at: T0 + ABANDONED_MS })
})
