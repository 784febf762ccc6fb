import { JobPump } from '#adapters/node/job-pump.ts'
import { OperationRunner } from '#adapters/node/operation-runner.ts'
import { CancelJob } from '#application/cancel-job.ts'
import { DeleteJob } from '#application/delete-job.ts'
import { DeliverCallbacks } from '#application/deliver-callbacks.ts'
import { ExecuteJob } from '#application/execute-job.ts'
import { RetryJob } from '#application/retry-job.ts'
import { RunOperation } from '#application/run-operation.ts'
import type { WakeKind } from '#domain/job/wake.ts'
import type { NodeApp } from './node-app.ts'
import * as t from './tokens.ts'

/** A receiver may be slow, and there may be many of them. */
const MOST_CALLBACKS = 100
const MOST_DELETIONS = 16

export interface Engine {
  start(): Promise<void>
  /** Begins nothing more; lets what is in hand finish for `graceMs`, then stops it where it is. It goes on at the next start. */
  drain(graceMs: number): Promise<void>
}

/** What works behind the door: one pump for each kind of wake, so that no slow receiver holds up a job, and the bulk operations. */
export function createEngine({ container, due, waker, onOperation }: NodeApp, concurrency: number): Engine {
  const clock = container.resolve(t.CLOCK)
  const logger = container.resolve(t.LOGGER)
  const executeJob = container.resolve(ExecuteJob)
  const deliverCallbacks = container.resolve(DeliverCallbacks)
  const deleteJob = container.resolve(DeleteJob)
  const pump = (kind: WakeKind, most: number, execute: (jobId: string, signal: AbortSignal) => Promise<unknown>) =>
    new JobPump({ kind, due, waker, clock, logger, concurrency: most, execute })
  const pumps = [
    pump('run', concurrency, (jobId, signal) => executeJob.execute(jobId, signal)),
    pump('deliver', MOST_CALLBACKS, (jobId, signal) => deliverCallbacks.execute(jobId, signal)),
    pump('expire', MOST_DELETIONS, (jobId) => deleteJob.expire(jobId)),
  ]
  const operations = container.resolve(t.OPERATION_STORE)
  const runOperation = new RunOperation({
    operations,
    index: container.resolve(t.JOB_INDEX),
    cancelJob: container.resolve(CancelJob),
    retryJob: container.resolve(RetryJob),
    clock,
  })
  const runner = new OperationRunner({ operations, runOperation, clock, logger })
  onOperation((id) => {
    runner.run(id)
  })
  return {
    start: async () => {
      // Whoever holds the lock on the data directory is alone: what an earlier process left running is nobody's.
      const resumed = await due.expediteRunning()
      if (resumed > 0) logger.info('Resuming jobs that an earlier process left unfinished.', { jobs: resumed })
      for (const one of pumps) one.start()
      await runner.start()
    },
    drain: async (graceMs) => {
      await Promise.all([runner.drain(), ...pumps.map((one) => one.drain(graceMs))])
    },
  }
}
