import { JobNotFoundError } from '#domain/job/errors.ts'
import { type JobRecord, isFinished } from '#domain/job/job.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobFeed } from '#ports/job-feed.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { JobKey } from './write-to-job.ts'

export interface WaitForJobQuery extends JobKey {
  readonly waitMs: number
  /** Aborts when the caller has left, which changes nothing for the job. */
  readonly signal: AbortSignal
}

export interface WaitForJobDeps {
  readonly jobs: Pick<JobStore, 'get'>
  readonly feed: Pick<JobFeed, 'subscribe'>
  readonly clock: Clock
}

/** The job when it is finished, or as it stands when the time is up. */
export class WaitForJob {
  readonly #deps: WaitForJobDeps

  constructor(deps: WaitForJobDeps) {
    this.#deps = deps
  }

  /** @throws {JobNotFoundError} */
  async execute({ tenantId, jobId, waitMs, signal }: WaitForJobQuery): Promise<JobRecord> {
    const { jobs, feed, clock } = this.#deps
    // Before the first look, so that nothing falls between the look and the news.
    const news = feed.subscribe(jobId, 'commits')
    const over = new AbortController()
    const end = (): void => {
      over.abort()
      news.close()
    }
    const cancel = clock.after(waitMs, end)
    signal.addEventListener('abort', end)
    try {
      for (;;) {
        const job = await jobs.get(tenantId, jobId)
        if (!job) throw new JobNotFoundError(jobId)
        if (isFinished(job) || over.signal.aborted || signal.aborted) return job
        await news.next()
      }
    } finally {
      cancel()
      signal.removeEventListener('abort', end)
      news.close()
    }
  }
}
