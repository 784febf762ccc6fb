import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { JobFeed } from '#ports/job-feed.ts'
import type { Created, JobStore } from '#ports/job-store.ts'

/** A store that notifies a feed of every commit, so that no writer can forget it. */
export class PublishedJobStore implements JobStore {
  readonly #store: JobStore
  readonly #feed: JobFeed

  constructor(store: JobStore, feed: JobFeed) {
    this.#store = store
    this.#feed = feed
  }

  create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    return this.#store.create(job, event)
  }

  get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    return this.#store.get(tenantId, jobId)
  }

  load(jobId: string): Promise<JobState | null> {
    return this.#store.load(jobId)
  }

  async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    await this.#store.save(state, events)
    this.#feed.publish(state.job.id, { kind: 'committed' })
  }

  async remove(job: JobRecord): Promise<void> {
    await this.#store.remove(job)
    this.#feed.publish(job.id, { kind: 'committed' })
  }

  events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#store.events(jobId, after)
  }
}
