import { expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { RetryJob } from '#application/job/retry-job.ts'
import type { SubmitJobCommand } from '#application/job/submit-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import { QueueFullError } from '#domain/job/errors.ts'
import type { Operation } from '#domain/operation/operation.ts'
import { T0, TILL, submitted } from '#test/support/fixtures.ts'
import { NO_DECISIONS } from '#test/support/no-proposals.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { takenSlice } from './taken-slice.ts'

const IDS = ['job_a', 'job_b', 'job_c']

/** A slice in hand that submits the work of `IDS` again, each of them canceled, and what it submits. */
async function scene() {
  const clock = new ManualClock(T0)
  const store = new MemoryJobStore(new RecordingWaker())
  const cancelJob = new CancelJob({ jobs: store, clock, executions: { interrupt: () => undefined } })
  const end = async (jobId: string): Promise<void> => {
    const { job, event } = submitted({ jobId, runId: jobId, at: T0 })
    await store.create(job, event)
    await cancelJob.execute({ tenantId: 'acme', jobId, by: TILL })
  }
  for (const jobId of IDS) await end(jobId)
  const asked: SubmitJobCommand[] = []
  let isFull = false
  const submitJob = {
    execute: (command: SubmitJobCommand) => {
      if (isFull) return Promise.reject(new QueueFullError(1, 1000))
      asked.push(command)
      return Promise.resolve({ job: submitted().job, created: true })
    },
  }
  const never = { execute: () => Promise.reject(new Error('It submits, and does nothing else.')) }
  const run = (fields: Partial<Operation> = {}) =>
    new RunOperation({
      ...NO_DECISIONS,
      index: { list: () => Promise.reject(new Error('Its slice is taken.')) },
      ...{ cancelJob: never, resolveCall: never, deleteJob: never, clock },
      retryJob: new RetryJob({ jobs: store, submitJob: submitJob as never }),
    }).execute({ ...SLICE, ...fields })
  return { clock, end, run, asked, fill: (full: boolean) => (isFull = full) }
}

const SLICE = takenSlice({ action: 'retry', slice: IDS })

test('a slice that is done again submits under the same keys, one for each job and operation', async () => {
  const { run, asked } = await scene()
  for (const id of ['op_1', 'op_1', 'op_2']) expect(await run({ id })).toMatchObject({ done: 3, skipped: 0 })
  const keys = asked.map(({ idempotencyKey }) => idempotencyKey)
  expect(keys).not.toContain(null)
  expect(keys.slice(3, 6)).toEqual(keys.slice(0, 3))
  expect(new Set(keys).size).toBe(6)
})

test('a slice skips a job that ended after the operation began, or after its caller has looked', async () => {
  const { clock, end, run, asked } = await scene()
  await clock.advance(10)
  await end('job_late')
  const slice = [...IDS, 'job_late']
  expect(await run({ slice })).toMatchObject({ done: 3, skipped: 1 })
  expect(asked.map(({ options }) => options?.retryOf)).toEqual(IDS)
  expect(await run({ slice, createdAt: T0 + 20, asOf: T0 + 9 })).toMatchObject({ done: 3, skipped: 1 })
  expect(await run({ slice, createdAt: T0 + 20 })).toMatchObject({ done: 4, skipped: 0 })
})

test('while the queue is full, a slice is tried again as a whole', async () => {
  const { run, fill } = await scene()
  fill(true)
  await expect(run()).rejects.toThrow(QueueFullError)
  fill(false)
  expect(await run()).toMatchObject({ done: 3, skipped: 0 })
})
