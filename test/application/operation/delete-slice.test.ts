import { describe, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { RunOperation } from '#application/operation/run-operation.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { Operation } from '#domain/operation/operation.ts'
import { T0, TILL, submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { NO_DECISIONS } from '#test/support/no-proposals.ts'
import { takenSlice } from './taken-slice.ts'

const IDS = Array.from({ length: 7 }, (_, n) => `job_${String(n)}`)

/** A slice in hand that deletes `IDS`, each of them canceled. */
async function scene() {
  const clock = new ManualClock(T0)
  const store = new MemoryJobStore(new RecordingWaker())
  const never = { execute: () => Promise.reject(new Error('It deletes, and does nothing else.')) }
  const index = { list: () => Promise.reject(new Error('Its slice is taken.')) }
  const cancelJob = new CancelJob({ jobs: store, clock, executions: { interrupt: () => undefined } })
  const submit = async (jobId: string, runId = jobId): Promise<void> => {
    const { job, event } = submitted({ jobId, runId, at: clock.now() })
    await store.create(job, event)
    await cancelJob.execute({ tenantId: 'acme', jobId, by: TILL })
  }
  for (const jobId of IDS) await submit(jobId)
  const run = (slice: Operation, remove = (job: JobRecord) => store.remove(job)) => {
    const jobs = { get: store.get.bind(store), load: store.load.bind(store), remove }
    const deleteJob = new DeleteJob({ jobs, clock, logger: silentLogger })
    return new RunOperation({
      ...NO_DECISIONS,
      index,
      cancelJob: never,
      retryJob: never,
      resolveCall: never,
      deleteJob,
      clock,
    }).execute(slice)
  }
  const leftOf = async () => (await Promise.all(IDS.map((id) => store.load(id)))).filter((state) => state !== null)
  return { clock, store, submit, run, leftOf }
}

const SLICE = takenSlice({ action: 'delete', slice: IDS })

describe('a slice of deletions', () => {
  const deaths = IDS.flatMap((_, nth) => [
    { nth, when: 'before' as const },
    { nth, when: 'after' as const },
  ])

  test.each(deaths)('that was cut off $when its deletion $nth is repeated, and each is counted once', async (death) => {
    const { store, run, leftOf } = await scene()
    let nth = 0
    const dying = async (job: JobRecord): Promise<void> => {
      const isLast = nth++ === death.nth
      if (isLast && death.when === 'before') throw new Error('The process died.')
      await store.remove(job)
      if (isLast) throw new Error('The process died.')
    }
    await expect(run(SLICE, dying)).rejects.toThrow('died')
    expect(await run(SLICE)).toMatchObject({ slice: [], done: 7, skipped: 0 })
    expect(await leftOf()).toEqual([])
  })

  test('leaves alone a job that was submitted after it with the id of a deleted one', async () => {
    const { clock, submit, run, leftOf } = await scene()
    await run(SLICE)
    await clock.advance(1)
    await submit('job_3', 'run_again')
    expect(await run(SLICE)).toMatchObject({ done: 7, skipped: 0 })
    expect(await leftOf()).toMatchObject([{ job: { id: 'job_3', runId: 'run_again' } }])
  })

  test('skips a job that ended after it began', async () => {
    const { clock, run, store } = await scene()
    const { job, event } = submitted({ jobId: 'job_late', runId: 'run_late', at: T0 })
    await store.create(job, event)
    await clock.advance(1)
    await new CancelJob({ jobs: store, clock, executions: { interrupt: () => undefined } }).execute({
      tenantId: 'acme',
      jobId: 'job_late',
      by: TILL,
    })
    expect(await run({ ...SLICE, slice: [...IDS, 'job_late'] })).toMatchObject({ done: 7, skipped: 1 })
    expect(await store.load('job_late')).toMatchObject({ job: { status: 'canceled' } })
  })

  test('skips a job that is not finished', async () => {
    const { store, run, leftOf } = await scene()
    const { job, event } = submitted({ jobId: 'job_queued', runId: 'run_queued' })
    await store.create(job, event)
    expect(await run({ ...SLICE, slice: [...IDS, 'job_queued'] })).toMatchObject({ done: 7, skipped: 1 })
    expect(await leftOf()).toEqual([])
    expect(await store.load('job_queued')).toMatchObject({ job: { status: 'queued' } })
  })

  test('of jobs that another tenant has under these ids deletes none', async () => {
    const { run, leftOf } = await scene()
    await run({ ...SLICE, tenantId: 'other' })
    expect(await leftOf()).toHaveLength(IDS.length)
  })
})
