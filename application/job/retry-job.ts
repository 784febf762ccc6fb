import { JobNotFoundError, JobNotRetryableError, OutcomeUnknownError } from '#domain/job/errors.ts'
import type { JobOptions } from '#domain/job/options.ts'
import type { Created, JobIntake } from '#ports/job-store.ts'
import type { SubmitJob } from './submit-job.ts'
import type { JobCommand } from './write-to-job.ts'

export interface RetryJobCommand extends JobCommand {
  readonly idempotencyKey?: string | null
  /** Epoch ms. A job that ended later is not meant. */
  readonly asOf?: number
}

/** Submits the work of a job that did not succeed again, as a job of its own that says what it repeats. */
export class RetryJob {
  readonly #deps: { readonly jobs: Pick<JobIntake, 'get'>; readonly submitJob: SubmitJob }

  constructor(deps: { readonly jobs: Pick<JobIntake, 'get'>; readonly submitJob: SubmitJob }) {
    this.#deps = deps
  }

  /** @throws {JobNotFoundError} {JobNotRetryableError} {OutcomeUnknownError} and what a submission throws. */
  async execute({ tenantId, jobId, by, idempotencyKey = null, asOf = Infinity }: RetryJobCommand): Promise<Created> {
    const { jobs, submitJob } = this.#deps
    const job = await jobs.get(tenantId, jobId)
    if (!job) throw new JobNotFoundError(jobId)
    const isOver = job.status === 'failed' || job.status === 'canceled'
    if (!isOver || job.finishedAt > asOf) throw new JobNotRetryableError(jobId, job.status)
    if (job.unknownCalls.length > 0) throw new OutcomeUnknownError(jobId, job.unknownCalls)
    const { agent, input, options } = job
    const again = { ...workOf(options), retryOf: jobId }
    return submitJob.execute({ tenantId, by, agent, input, options: again, idempotencyKey })
  }
}

/** A batch has retries of its own, and counts no other job of its items. The trace is that of another request. */
function workOf(options: JobOptions): JobOptions {
  const others = { ...options }
  delete others.item
  delete others.trace
  return others
}
