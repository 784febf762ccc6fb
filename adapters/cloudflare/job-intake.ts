import type { JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { Created, JobIntake } from '#ports/job-store.ts'
import { type JobNamespace, isJobId } from './job-stub.ts'
import { askObject } from './outage.ts'

/** The Worker's way to the jobs: each is asked of its own object. */
export class DurableObjectJobIntake implements JobIntake {
  readonly #objects: JobNamespace

  constructor(objects: JobNamespace) {
    this.#objects = objects
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    // The event says it all, and it travels: the job that it makes is known here.
    const known = await askObject(() => this.#objects.getByName(job.id).create(event), { repeatable: true })
    // After a repeated call, the object may return the job that the first call created.
    return known && known.runId !== job.runId ? { job: known, created: false } : { job: known ?? job, created: true }
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    if (!isJobId(jobId)) return null
    return askObject(() => this.#objects.getByName(jobId).find(tenantId, jobId), { repeatable: true })
  }
}
