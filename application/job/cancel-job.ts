import { JobFinishedError } from '#domain/job/errors.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobStore } from '#ports/job-store.ts'
import { type JobCommand, writeToJob } from './write-to-job.ts'

/** What is in execution, here or elsewhere. */
export interface Executions {
  /** Has the attempt at a job stopped, if there is one. Never waits; an attempt that does not hear of it stops at its next commit. */
  interrupt(jobId: string): void
}

export interface CancelJobDeps {
  readonly jobs: JobStore
  readonly clock: Clock
  readonly executions: Executions
}

/**
 * Stops a job. No call begins after the request is written. A model call in flight is aborted and its answer refused.
 * The signal of a tool call aborts, and its result is recorded if it comes in time. A job that is not in execution is
 * canceled at once, one that is as soon as its executor has stopped. Repeating it is harmless.
 */
export class CancelJob {
  readonly #deps: CancelJobDeps

  constructor(deps: CancelJobDeps) {
    this.#deps = deps
  }

  /** @throws {JobNotFoundError} {JobFinishedError} when the job has completed or failed. */
  async execute({ by, ...key }: JobCommand): Promise<JobRecord> {
    const { jobs, clock, executions } = this.#deps
    const job = await writeToJob(jobs, key, (journal) => {
      const { status, id, cancelRequestedAt } = journal.job
      if (status === 'canceled') return
      if (isFinished(journal.job)) throw new JobFinishedError(id, status)
      const at = clock.now()
      if (cancelRequestedAt === null) journal.append({ type: 'job.cancel_requested', at, by })
      if (status !== 'running') journal.append({ type: 'job.canceled', at })
    })
    executions.interrupt(key.jobId)
    return job
  }
}
