import type { EndItem } from '#application/batch/end-item.ts'
import { type JobEvent, type JobSubmitted, type StoredEvent, isEnding } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { Created, JobStore } from '#ports/job-store.ts'

/** A store that counts the end of each job in its batch, so that no writer can forget it. */
export class BatchJobStore implements JobStore {
  readonly #store: JobStore
  readonly #endItem: () => Pick<EndItem, 'execute' | 'afterwards'>

  /** @param endItem is asked for when the first job ends, because it needs this store itself. */
  constructor(store: JobStore, endItem: () => Pick<EndItem, 'execute' | 'afterwards'>) {
    this.#store = store
    this.#endItem = endItem
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
    if (state.job.options.item && events.some(isEnding)) await this.#endItem().afterwards(state.job)
  }

  /** A job that was not counted could not be counted any more. */
  async remove(job: JobRecord): Promise<void> {
    if (job.options.item) await this.#endItem().execute(job)
    await this.#store.remove(job)
  }

  events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#store.events(jobId, after)
  }
}
