import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { MemoryRecords } from '#adapters/testing/record-store.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { BulkOperations } from '#application/operation/bulk-operations.ts'
import { OPERATION } from '#domain/operation/operation.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

const COMMAND = { tenantId: 'acme', by: TILL, idempotencyKey: null }
const HOUR_MS = 3_600_000

function scene() {
  const waker = new RecordingWaker()
  return new BulkOperations({
    operations: new MemoryRecords(waker).of(OPERATION),
    index: new MemoryJobStore(waker),
    proposals: { count: () => Promise.resolve({} as never) },
    clock: new ManualClock(T0),
    ids: { newId: () => 'op_1' },
    hasher: new WebHasher(),
    derivedIds: { make: () => Promise.resolve('op_1') },
  })
}

test.each([
  { what: 'a time to come', createdBefore: T0 + HOUR_MS, meant: T0 + 1 },
  { what: 'nothing', createdBefore: undefined, meant: T0 + 1 },
  { what: 'a time before', createdBefore: T0 - HOUR_MS, meant: T0 - HOUR_MS },
])('what is made after the request is not meant, whose filter says $what', async ({ createdBefore, meant }) => {
  const filter = createdBefore === undefined ? {} : { createdBefore }
  const decided = await scene().decide({ ...COMMAND, decision: { action: 'apply' }, filter })
  // Of a job that is not finished, no proposal can be decided.
  expect(decided.record.decide?.filter).toMatchObject({ createdBefore: meant, isReady: true })
  const started = await scene().start({ ...COMMAND, action: 'cancel', resolve: null, filter })
  expect(started.record.filter.createdBefore).toBe(meant)
})

test('a caller who says to have seen the jobs at a time to come has seen them now; earlier counts', async () => {
  const start = (asOf: number) => scene().start({ ...COMMAND, action: 'delete', resolve: null, filter: {}, asOf })
  const { record: late } = await start(T0 + HOUR_MS)
  expect([late.filter.createdBefore, late.asOf]).toEqual([T0 + 1, undefined])
  const { record: early } = await start(T0 - HOUR_MS)
  expect([early.filter.createdBefore, early.asOf]).toEqual([T0 - HOUR_MS + 1, T0 - HOUR_MS])
})
