import type { Turn } from '#domain/agent/turn.ts'
import { VersionConflictError } from '#domain/errors.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type JobState, evolve, replay } from '#domain/job/replay.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { TurnJournal } from './run-turn.ts'

/** A job's journal, open for writing: what is appended becomes durable, with the record it folds to, at the next flush. */
export class JobJournal implements TurnJournal {
  readonly #jobs: JobStore
  #state: JobState
  #unsaved: JobEvent[] = []
  #writing: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | null = null
  #saved: JobRecord

  private constructor(jobs: JobStore, state: JobState) {
    this.#jobs = jobs
    this.#state = state
    this.#saved = state.job
  }

  /** @throws {VersionConflictError} when somebody has written since `job` was read: then its journal tells of another state. */
  static async open(jobs: JobStore, job: JobRecord): Promise<JobJournal> {
    const state = replay(await jobs.events(job.id, 0), job.version)
    const { status, attempt, updatedAt } = state.job
    if (status !== job.status || attempt !== job.attempt || updatedAt !== job.updatedAt) {
      throw new VersionConflictError(job.id, job.version)
    }
    return new JobJournal(jobs, state)
  }

  get job(): JobRecord {
    return this.#state.job
  }

  /** The job as the store is known to hold it. */
  get saved(): JobRecord {
    return this.#saved
  }

  get turn(): Turn {
    return this.#state.turn
  }

  /** Set once a write has failed: whoever writes here has lost their footing, and nothing more can be written. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure
  }

  append(event: JobEvent): void {
    this.#state = evolve(this.#state, event)
    this.#unsaved.push(event)
  }

  /** Writes one after the other; what is appended while a write is under way shares the next one. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    if (this.#unsaved.length === 0) return
    const events = this.#unsaved
    const job = { ...this.#state.job, version: this.#state.job.version + 1 }
    this.#unsaved = []
    try {
      await this.#jobs.save(job, events)
      this.#saved = job
    } catch (error) {
      this.#failure = { error }
      throw error
    }
    this.#state = { ...this.#state, job: { ...this.#state.job, version: job.version } }
  }
}
