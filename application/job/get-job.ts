import { JobNotFoundError } from '#domain/job/errors.ts'
import type { JobRecord } from '#domain/job/job.ts'
import type { JobIntake } from '#ports/job-store.ts'

export interface GetJobQuery {
  readonly tenantId: string
  readonly jobId: string
}

export class GetJob {
  readonly #jobs: Pick<JobIntake, 'get'>

  constructor({ jobs }: { readonly jobs: Pick<JobIntake, 'get'> }) {
    this.#jobs = jobs
  }

  /** @throws {JobNotFoundError} also for another tenant's job. */
  async execute({ tenantId, jobId }: GetJobQuery): Promise<JobRecord> {
    const job = await this.#jobs.get(tenantId, jobId)
    if (!job) throw new JobNotFoundError(jobId)
    return job
  }
}
