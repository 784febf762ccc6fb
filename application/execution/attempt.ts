import { AppError } from '#domain/app-error.ts'
import { CanceledError, DeadlineExceededError } from '#domain/job/errors.ts'
import type { Executor } from '#domain/job/claim.ts'
import type { Clock } from '#ports/clock.ts'
import type { JobJournal } from '../job/job-journal.ts'

export interface AttemptDeps {
  readonly clock: Clock
  readonly executor: Executor
  /** Aborts when the process stops. */
  readonly outer: AbortSignal
}

/** The job has gone on without this attempt, which must stop: another executor has it, or a caller canceled it. */
class OvertakenError extends AppError {
  readonly code = 'version_conflict'

  constructor() {
    super('The job has gone on without this attempt.')
  }
}

/**
 * The time and the right of an attempt. It ends when the job's deadline passes, the lease is lost, a caller cancels, or
 * the process stops. `signal` aborts then, with the reason: `CanceledError` where the job may simply go on later.
 */
export class Attempt {
  readonly #stop = new AbortController()
  readonly #lost = new AbortController()
  readonly journal: JobJournal
  readonly #clock: Clock
  readonly #executor: Executor
  /** This and what follows is by the monotonic clock. */
  readonly #startedAt: number
  /** The end of the lease that the store is known to hold. */
  #heldUntil: number
  readonly #cancelDeadline: () => void
  readonly #leave: () => void
  #ended = false
  #cancelHeartbeat: () => void = () => undefined
  #cancelGuard: () => void = () => undefined

  constructor(journal: JobJournal, { clock, executor, outer }: AttemptDeps) {
    this.journal = journal
    this.#clock = clock
    this.#executor = executor
    this.#startedAt = clock.monotonic()
    this.#heldUntil = this.#startedAt + executor.leaseMs
    this.#cancelDeadline = clock.after(journal.job.deadlineAt - clock.now(), () => {
      this.#stop.abort(new DeadlineExceededError())
    })
    const stop = (): void => {
      this.#stop.abort(new CanceledError(outer.reason))
    }
    // By hand, for a signal that is made of several (`AbortSignal.any`) costs more than the rest of an attempt.
    outer.addEventListener('abort', stop)
    this.#leave = () => {
      outer.removeEventListener('abort', stop)
    }
    if (outer.aborted) stop()
    // No other executor can take the job, so the lease needs no renewal.
    if (executor.alone) return
    this.#scheduleHeartbeat()
    this.#guard()
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Aborts when the lease may be another executor's, or a write was refused: nothing more may be recorded. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  interrupt(): void {
    this.#stop.abort(new OvertakenError())
  }

  /** Whether the slice of time that one attempt may take is used up. */
  isUsedUp(): boolean {
    const { sliceMs } = this.#executor
    return sliceMs !== null && this.#clock.monotonic() - this.#startedAt >= sliceMs
  }

  end(): void {
    this.#ended = true
    this.#leave()
    this.#cancelDeadline()
    this.#cancelHeartbeat()
    this.#cancelGuard()
  }

  #scheduleHeartbeat(): void {
    const { leaseMs } = this.#executor
    this.#cancelHeartbeat = this.#clock.after(leaseMs / 3, () => {
      const renewedAt = this.#clock.monotonic()
      this.journal.append({ type: 'lease.renewed', at: this.#clock.now() })
      this.journal.flush().then(
        () => {
          this.#heldUntil = renewedAt + leaseMs
          if (!this.#ended) this.#scheduleHeartbeat()
        },
        () => {
          this.#lose()
        },
      )
    })
  }

  /** Stops when the last stored lease has run out, even while a write is in flight: another executor may act now. */
  #guard(): void {
    this.#cancelGuard = this.#clock.after(this.#heldUntil - this.#clock.monotonic(), () => {
      if (this.#heldUntil > this.#clock.monotonic()) this.#guard()
      else this.#lose()
    })
  }

  #lose(): void {
    const error = new OvertakenError()
    this.#lost.abort(error)
    this.#stop.abort(error)
  }
}
