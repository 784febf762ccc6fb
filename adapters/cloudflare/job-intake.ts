import type { JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { Created, JobIntake } from '#ports/job-store.ts'
import { type JobNamespace, isJobId } from './job-stub.ts'

/** The Worker's way to the jobs: each is asked of its own object. */
export class DurableObjectJobIntake implements JobIntake {
  readonly #objects: JobNamespace

  constructor(objects: JobNamespace) {
    this.#objects = objects
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    return this.#objects.getByName(job.id).create(job, event)
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    return isJobId(jobId) ? this.#objects.getByName(jobId).find(tenantId, jobId) : null
  }
}
