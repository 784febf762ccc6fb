import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import type { OutageRetry } from './outage-retry.ts'

/**
 * For an executor: it holds a model's answer, which was paid for, so its saves wait until the storage can be used
 * again. Everything else fails at once.
 */
export class PatientJobStore implements JobStore {
  readonly #store: JobStore
  readonly #retry: Pick<OutageRetry, 'keep'>

  constructor(store: JobStore, retry: Pick<OutageRetry, 'keep'>) {
    this.#store = store
    this.#retry = retry
  }

  async save(state: JobState, events: readonly JobEvent[]): Promise<void> {
    let isRepeated = false
    await this.#retry.keep(async () => {
      // A sync that failed may have kept the commit after all.
      if (isRepeated && (await this.#isSaved(state.job, events))) return
      isRepeated = true
      await this.#store.save(state, events)
    })
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

  events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#store.events(jobId, after)
  }

  remove(job: JobRecord): Promise<void> {
    return this.#store.remove(job)
  }

  async #isSaved({ id, version }: JobRecord, events: readonly JobEvent[]): Promise<boolean> {
    const stored = await this.#store.events(id, version - events.length)
    return JSON.stringify(stored.map(({ event }) => event)) === JSON.stringify(events)
  }
}
