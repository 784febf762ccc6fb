import type { JobEvent, JobSubmitted, StoredEvent } from '#domain/job/event.ts'
import type { JobRecord, QueuedJob } from '#domain/job/job.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { Created, JobStore } from '#ports/job-store.ts'
import type { Telemetry } from '#ports/telemetry.ts'

/** A store that shows telemetry each commit, so that no writer can forget it. */
export class TracedJobStore implements JobStore {
  readonly #store: JobStore
  readonly #telemetry: Pick<Telemetry, 'committed'>

  constructor(store: JobStore, telemetry: Pick<Telemetry, 'committed'>) {
    this.#store = store
    this.#telemetry = telemetry
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
    this.#telemetry.committed({ state, events, journal: () => this.#store.events(state.job.id, 0) })
  }

  remove(job: JobRecord): Promise<void> {
    return this.#store.remove(job)
  }

  events(jobId: string, after: number): Promise<readonly StoredEvent[]> {
    return this.#store.events(jobId, after)
  }
}
