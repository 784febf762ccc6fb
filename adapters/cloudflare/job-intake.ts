/// <reference types="@cloudflare/workers-types" />
import type { JobSubmitted } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { JobObject } from './job-object.ts'

/** Finds a job's object by the job's id. */
export interface JobNamespace {
  getByName(name: string): JobObject
}

/** An id that we could have given out; anything else is answered without waking an object. */
const JOB_ID = /^job_[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** The Worker's way to the jobs: each is asked of its own object. */
export class DurableObjectJobIntake implements JobIntake {
  readonly #objects: JobNamespace

  constructor(objects: JobNamespace) {
    this.#objects = objects
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<void> {
    await this.#objects.getByName(job.id).create(job, event)
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    return JOB_ID.test(jobId) ? this.#objects.getByName(jobId).find(tenantId, jobId) : null
  }
}
