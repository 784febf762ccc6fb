import { expect, test } from 'vitest'
import { dueWrite, nextWrite } from '#domain/write/due.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { WriteRecord } from '#domain/write/write.ts'
import { T0, submitted } from '#test/support/fixtures.ts'

const HOUR_MS = 3_600_000

/** A job whose writes are carried on at these times. */
function jobWith(...writes: readonly Pick<WriteRecord, 'callId' | 'nextAt' | 'executorId'>[]): JobRecord {
  return { ...submitted().job, updatedAt: T0, writes: writes as readonly WriteRecord[] }
}

const waiting = (callId: string, nextAt: number | null) => ({ callId, nextAt, executorId: null })
const executor = { id: 'exec_1', alone: false }

test('of the writes of a job the first in time is next, and of several at one time the first that was made', () => {
  const job = jobWith(waiting('a', null), waiting('b', T0 + 2), waiting('c', T0 + 1), waiting('d', T0 + 1))
  expect(nextWrite(job)?.callId).toBe('c')
  expect(dueWrite(job, { executor, now: T0 })).toBeNull()
  expect(dueWrite(job, { executor, now: T0 + 1 })?.callId).toBe('c')
})

test('after the clock was set back, a write that waits comes early, and one that a server carries out does not', () => {
  const now = T0 - HOUR_MS
  expect(dueWrite(jobWith(waiting('a', T0 + 2000)), { executor, now })?.callId).toBe('a')
  expect(dueWrite(jobWith({ ...waiting('a', T0 + 2000), executorId: 'exec_2' }), { executor, now })).toBeNull()
})
