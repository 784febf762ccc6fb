import type { WakeKind } from '#domain/job/wake.ts'
import type { Clock } from '#ports/clock.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import type { Logger } from '#ports/logger.ts'
import { Backoff } from './backoff.ts'
import type { LocalWaker } from './waker.ts'

export interface JobPumpOptions {
  /** What jobs are woken for here. */
  readonly kind: WakeKind
  readonly due: DueJobs
  readonly waker: LocalWaker
  readonly clock: Clock
  readonly logger: Logger
  /** Most jobs in hand at once. */
  readonly concurrency: number
  /** May resolve with a `Crowding`. */
  readonly execute: (jobId: string, signal: AbortSignal) => Promise<unknown>
}

/** There is no place yet for what a job wants: it takes none here either until there is one, and is begun again then. */
interface Crowding {
  whenFree(): Promise<void>
}

function isCrowding(result: unknown): result is Crowding {
  return typeof result === 'object' && result !== null && 'whenFree' in result
}

/** How soon it is looked again after a look that failed, and after overdue jobs that are in execution or at rest. */
const BREATHER_MS = 1000
/** The longest sleep: however a timer or a wake was lost, an overdue job is found by then. */
const SWEEP_MS = 30_000
/** Most ids of due jobs that are held here; the others stay in the database until it is their turn. */
const MOST_READY = 1000

/**
 * Does one kind of work for the jobs that are due for it, so many at a time, and sleeps until the next one is due. The queue is the database;
 * what is held here is what was learnt of it: a job that is woken while nobody waits before it is begun without a look.
 */
export class JobPump {
  readonly #options: JobPumpOptions
  readonly #inHand = new Map<string, Promise<void>>()
  /** Due and not begun yet, in their order. */
  readonly #ready = new Set<string>()
  /** Jobs whose execution threw: they rest, so that they take nobody's place. */
  readonly #resting: Backoff
  /** Jobs that wait for a place elsewhere. */
  readonly #crowded = new Set<string>()
  readonly #stop = new AbortController()
  #running = false
  /** Whether there may be due jobs that are not known here. */
  #more = true
  #looking = false
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(options: JobPumpOptions) {
    this.#options = options
    this.#resting = new Backoff(options.clock)
    options.waker.listen(options.kind, (jobId, at) => {
      this.#wake(jobId, at)
    })
  }

  start(): void {
    this.#running = true
    this.#pump()
  }

  /** Begins nothing more; lets jobs in execution finish for `graceMs`, then stops them where they are. They resume at the next start. */
  async drain(graceMs: number): Promise<void> {
    this.#running = false
    this.#alarm?.cancel()
    const cancel = this.#options.clock.after(graceMs, () => {
      this.#stop.abort()
    })
    await Promise.all(this.#inHand.values())
    cancel()
  }

  #wake(jobId: string, at: number): void {
    if (at > this.#options.clock.now()) {
      this.#sleepUntil(at)
      return
    }
    const isFree = !this.#isElsewhere(jobId)
    // Behind those that are not known here; and one that is in hand is looked at again when it no longer is.
    if (this.#more || !isFree || this.#ready.size >= MOST_READY) this.#more = true
    else this.#ready.add(jobId)
    this.#pump()
  }

  #pump(): void {
    if (!this.#running) return
    for (const jobId of this.#ready) {
      if (this.#free <= 0) return
      this.#ready.delete(jobId)
      this.#begin(jobId)
    }
    if (this.#looking || !this.#more || this.#free <= 0) return
    this.#looking = true
    this.#more = false
    this.#look()
      .catch((error: unknown) => {
        this.#options.logger.error('Could not look for due jobs.', error)
        this.#sleepUntil(this.#options.clock.now() + BREATHER_MS)
      })
      .finally(() => {
        this.#looking = false
        this.#pump()
      })
  }

  get #free(): number {
    return this.#options.concurrency - this.#inHand.size
  }

  async #look(): Promise<void> {
    const { kind, due, clock, concurrency } = this.#options
    // Those in hand, at rest or without a place may be due too, so this many always brings some that are not, if there are any.
    const limit = concurrency + this.#inHand.size + this.#resting.size + this.#crowded.size
    const ids = await due.due(kind, clock.now(), limit)
    if (ids.length === limit) this.#more = true
    for (const id of ids) if (!this.#isElsewhere(id)) this.#ready.add(id)
    const next = (await due.nextDueAt(kind)) ?? Number.POSITIVE_INFINITY
    const now = clock.now()
    this.#sleepUntil(Math.min(next > now ? next : now + BREATHER_MS, now + SWEEP_MS))
  }

  #begin(jobId: string): void {
    const { execute, clock, logger } = this.#options
    const work = execute(jobId, this.#stop.signal)
      .then(
        (result) => {
          this.#resting.forget(jobId)
          if (isCrowding(result)) this.#wait(jobId, result)
        },
        (error: unknown) => {
          const restMs = this.#resting.rest(jobId)
          logger.error('Could not execute a job; it will be tried again.', error, { jobId, restMs })
          this.#sleepUntil(clock.now() + restMs)
        },
      )
      .then(() => {
        this.#inHand.delete(jobId)
        this.#pump()
      })
    this.#inHand.set(jobId, work)
  }

  #isElsewhere(jobId: string): boolean {
    return this.#inHand.has(jobId) || this.#resting.has(jobId) || this.#crowded.has(jobId)
  }

  #wait(jobId: string, crowding: Crowding): void {
    this.#crowded.add(jobId)
    void crowding.whenFree().then(() => {
      this.#crowded.delete(jobId)
      this.#ready.add(jobId)
      this.#pump()
    })
  }

  #sleepUntil(at: number): void {
    const { clock } = this.#options
    if (!this.#running || (this.#alarm && this.#alarm.at <= at)) return
    this.#alarm?.cancel()
    const cancel = clock.after(at - clock.now(), () => {
      this.#alarm = null
      this.#more = true
      this.#pump()
    })
    this.#alarm = { at, cancel }
  }
}
