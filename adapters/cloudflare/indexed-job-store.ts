import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import type { IndexFeed } from './index-feed.ts'

/** A store that tells the index of every commit, so that nobody who writes can forget it. */
export class IndexedJobStore implements JobStore {
  readonly #store: JobStore
  readonly #feed: IndexFeed

  constructor(store: JobStore, feed: IndexFeed) {
    this.#store = store
    this.#feed = feed
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    const created = await this.#store.create(job, event)
    if (created.created) {
      // After the commit, for only it says whose job it is; the alarm of a new job comes at once anyway.
      this.#feed.expect(job, [event])
      this.#feed.feed()
    }
    return created
  }

  get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    return this.#store.get(tenantId, jobId)
  }

  load(jobId: string): Promise<JobRecord | null> {
    return this.#store.load(jobId)
  }

  async save(job: JobRecord, events: readonly JobEvent[]): Promise<void> {
    this.#feed.expect(job, events)
    await this.#store.save(job, events)
    this.#feed.feed()
  }

  events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#store.events(jobId, after)
  }

  /** The index first: an entry without a job would be there for ever. */
  async remove(job: JobRecord): Promise<void> {
    await this.#feed.remove(job.id)
    await this.#store.remove(job)
  }
}
