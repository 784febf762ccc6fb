import { isDoubtful } from '#domain/agent/doubtful-calls.ts'
import type { Turn } from '#domain/agent/turn.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { naming } from '#domain/job/ending.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type JobState, evolve } from '#domain/job/replay.ts'
import { reportedCall } from '#domain/job/unknown-calls.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { TurnJournal } from '../agent/turn-run.ts'

/** A job's journal, open for writing: what is appended becomes durable at the next flush. */
export class JobJournal implements TurnJournal {
  readonly #jobs: Pick<JobStore, 'save'>
  #state: JobState
  #unsaved: JobEvent[] = []
  #writing: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | null = null
  #saved: JobRecord

  /** @param state is what the store was last known to hold. */
  constructor(jobs: Pick<JobStore, 'save'>, state: JobState) {
    this.#jobs = jobs
    this.#state = state
    this.#saved = state.job
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

  /** Set once a write has failed: the state here is stale, and nothing more can be written. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure
  }

  append(event: JobEvent): void {
    const recorded = naming(event, this.turn)
    this.#state = evolve(this.#state, recorded)
    this.#unsaved.push(recorded)
  }

  /** Writes one after the other; what is appended while a write is under way shares the next one. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    if (this.#unsaved.length === 0) return
    const events = this.#unsaved
    const state = this.#state
    this.#unsaved = []
    try {
      await this.#jobs.save(state, events)
      this.#saved = state.job
    } catch (error) {
      this.#unsaved = [...events, ...this.#unsaved]
      this.#failure ??= { error }
      throw error
    }
  }

  /**
   * Appends the results of calls that `other`, a journal of the same attempt, could not write. A result stays true
   * after other writes.
   */
  takeOver(other: JobJournal): void {
    for (const event of other.#unsaved) if (isNews(event, this.turn)) this.append(event)
  }
}

/** Whether `event` says what a call brought of which that is not known. */
function isNews(event: JobEvent, turn: Turn): boolean {
  if (event.type === 'model_call.completed' || event.type === 'model_call.failed') return turn.modelCallOpen
  const reported = reportedCall(event)
  return reported !== null && isDoubtful(turn, reported)
}
