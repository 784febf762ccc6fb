import { SqlJobStore, jobSchema } from '#adapters/sql/job-store.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { VersionConflictError } from '#domain/errors.ts'
import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import type { IndexFeed } from './index-feed.ts'
import type { DurableObjectDatabase } from './sql.ts'

/**
 * The one job of an object. Its tables come with it and go with it, so that an object that was only asked leaves no trace;
 * and the index is told of every commit, so that nobody who writes can forget it.
 */
export class ObjectJobStore implements JobStore {
  readonly #db: DurableObjectDatabase
  readonly #store: JobStore
  readonly #feed: IndexFeed

  constructor(db: DurableObjectDatabase, feed: IndexFeed) {
    this.#db = db
    this.#store = new SqlJobStore(db, feed)
    this.#feed = feed
  }

  async create(job: QueuedJob, event: JobSubmitted): Promise<Created> {
    await migrate(this.#db, jobSchema)
    const created = await this.#store.create(job, event)
    if (created.created) {
      // After the commit, for only it says whose job it is; the alarm of a new job comes at once anyway.
      this.#feed.expect(job, [event])
      this.#feed.feed()
    }
    return created
  }

  async get(tenantId: string, jobId: string): Promise<JobRecord | null> {
    return this.#db.hasTables() ? this.#store.get(tenantId, jobId) : null
  }

  async load(jobId: string): Promise<JobRecord | null> {
    return this.#db.hasTables() ? this.#store.load(jobId) : null
  }

  async save(job: JobRecord, events: readonly JobEvent[]): Promise<void> {
    this.#feed.expect(job, events)
    await this.#store.save(job, events)
    this.#feed.feed()
  }

  async events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#db.hasTables() ? this.#store.events(jobId, after) : []
  }

  /**
   * The index first: an entry without a job would be there for ever. Then the whole storage at once, for rows that are deleted one by one
   * are billed one by one. Where the job has moved on meanwhile, the index is told again.
   */
  async remove({ id, version }: JobRecord): Promise<void> {
    await this.#feed.remove(id)
    const current = await this.load(id)
    if (current?.version === version) {
      await this.#db.erase()
      return
    }
    if (current) await this.#feed.settle(current)
    throw new VersionConflictError(id, version)
  }
}
