import { type BatchOutcome, Grouped } from '#adapters/sql/grouped.ts'
import { type JobEvent, type JobSubmitted, isEnding } from '#domain/job/event.ts'
import type { JobState } from '#domain/job/replay.ts'
import { NotStoredError } from '#domain/storage/errors.ts'
import type { Reservation } from './reservation.ts'
import { wakeOf } from './commit-wakes.ts'
import { nextTurn } from './next-turn.ts'
import type { Workers } from './workers.ts'
import { type JobWrite, joined, writeOf } from './writes.ts'

/** Places of jobs that are in execution before they are stored. */
export type BegunWrites = ReadonlyMap<JobWrite, Pick<Reservation, 'until'>>

export interface CreationsDeps {
  readonly workers: Pick<Workers, 'reserve'>
  /** @param begun has no write that its attempt has joined: such a job holds its lease. */
  readonly writeAll: (group: readonly JobWrite[], begun: BegunWrites) => Promise<readonly BatchOutcome[]>
  /** Calls what begins the work, which reads `state` before it returns. */
  readonly begin: (work: () => void, state: JobState) => void
}

/** A first commit that is not durable yet. */
class Creation {
  readonly stored = Promise.withResolvers<boolean>()
  write: JobWrite
  reservation: Reservation | null = null
  hasSetOut = false
  hasJoined = false

  constructor(write: JobWrite) {
    this.write = write
  }
}

/**
 * First commits of jobs. Where this process has room for a job, its attempt begins before the job
 * is stored. The intent of its first call then shares the first commit, and the attempt goes on
 * when that commit is durable.
 */
export class Creations {
  readonly #deps: CreationsDeps
  readonly #group = new Grouped<Creation>((group) => this.#setOut(group), nextTurn)
  /** Of those whose attempt has begun, by the id of their job. */
  readonly #begun = new Map<string, Creation>()

  constructor(deps: CreationsDeps) {
    this.#deps = deps
  }

  /** Whether the job was stored: not where its id is taken. */
  async add(state: JobState, event: JobSubmitted): Promise<boolean> {
    const creation = new Creation(writeOf(state, [event]))
    const stored = this.#group.add(creation)
    if (!this.#begin(creation)) return stored
    try {
      const isStored = await stored
      creation.stored.resolve(isStored)
      return isStored
    } catch (error) {
      creation.stored.resolve(false)
      throw error
    } finally {
      this.#begun.delete(state.job.id)
    }
  }

  /**
   * Whether the events were saved with the job's first commit. If that one goes without them, this
   * waits for it.
   * @throws {NotStoredError} when the job was not stored.
   */
  async join(state: JobState, events: readonly JobEvent[]): Promise<boolean> {
    const creation = this.#begun.get(state.job.id)
    if (creation?.write.state.job.runId !== state.job.runId) return false
    // An end is counted in the ledger, which first commits know nothing of.
    const joins = !creation.hasSetOut && !events.some(isEnding)
    if (joins) {
      creation.write = joined(creation.write, writeOf(state, events))
      creation.hasJoined = true
    }
    if (!(await creation.stored.promise)) throw new NotStoredError(state.job.id)
    // The submission is answered first.
    await new Promise<void>(nextTurn)
    return joins
  }

  #begin(creation: Creation): boolean {
    const { workers, begin } = this.#deps
    const { state } = creation.write
    // Of two with one id, only the first can be stored.
    if (this.#begun.has(state.job.id)) return false
    const wake = wakeOf(creation.write)
    const reservation = wake && workers.reserve(wake)
    if (!reservation) return false
    creation.reservation = reservation
    this.#begun.set(state.job.id, creation)
    begin(() => {
      reservation.beginUnclaimed()
    }, state)
    return true
  }

  #setOut(group: readonly Creation[]): Promise<readonly BatchOutcome[]> {
    const begun = new Map<JobWrite, Reservation>()
    for (const creation of group) {
      creation.hasSetOut = true
      if (creation.reservation && !creation.hasJoined) begun.set(creation.write, creation.reservation)
    }
    const writes = group.map(({ write }) => write)
    return this.#deps.writeAll(writes, begun)
  }
}
