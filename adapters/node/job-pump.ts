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
  readonly execute: (jobId: string, signal: AbortSignal) => Promise<unknown>
}

/** How soon it is looked again after a look that failed, and after overdue jobs that are in execution or at rest. */
const BREATHER_MS = 1000
/** The longest sleep: however a timer or a wake was lost, an overdue job is found by then. */
const SWEEP_MS = 30_000

/** Does one kind of work for the jobs that are due for it, so many at a time, and sleeps until the next one is due. The queue is the database; nothing is held here. */
export class JobPump {
  readonly #options: JobPumpOptions
  readonly #inHand = new Map<string, Promise<void>>()
  /** Jobs whose execution threw: they rest, so that they take nobody's place. */
  readonly #resting: Backoff
  readonly #stop = new AbortController()
  #running = false
  #pumping = false
  #again = false
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(options: JobPumpOptions) {
    this.#options = options
    this.#resting = new Backoff(options.clock)
    options.waker.listen(options.kind, (at) => {
      this.#wake(at)
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

  #wake(at: number): void {
    if (at <= this.#options.clock.now()) this.#pump()
    else this.#sleepUntil(at)
  }

  #pump(): void {
    this.#again = true
    if (this.#pumping || !this.#running) return
    this.#pumping = true
    this.#fill()
      .catch((error: unknown) => {
        this.#options.logger.error('Could not look for due jobs.', error)
        this.#sleepUntil(this.#options.clock.now() + BREATHER_MS)
      })
      .finally(() => {
        this.#pumping = false
        if (this.#again) this.#pump()
      })
  }

  async #fill(): Promise<void> {
    const { kind, due, clock, concurrency } = this.#options
    this.#again = false
    const free = concurrency - this.#inHand.size
    if (free <= 0) return
    const ids = await due.due(kind, clock.now(), concurrency + this.#resting.size)
    if (!this.#running) return
    const ready = ids.filter((id) => !this.#inHand.has(id) && !this.#resting.has(id)).slice(0, free)
    for (const id of ready) this.#begin(id)
    const next = (await due.nextDueAt(kind)) ?? Number.POSITIVE_INFINITY
    const now = clock.now()
    this.#sleepUntil(Math.min(next > now ? next : now + BREATHER_MS, now + SWEEP_MS))
  }

  #begin(jobId: string): void {
    const { execute, logger } = this.#options
    const work = execute(jobId, this.#stop.signal)
      .then(
        () => {
          this.#resting.forget(jobId)
        },
        (error: unknown) => {
          const restMs = this.#resting.rest(jobId)
          logger.error('Could not execute a job; it will be tried again.', error, { jobId, restMs })
        },
      )
      .then(() => {
        this.#inHand.delete(jobId)
        this.#pump()
      })
    this.#inHand.set(jobId, work)
  }

  #sleepUntil(at: number): void {
    const { clock } = this.#options
    if (!this.#running || (this.#alarm && this.#alarm.at <= at)) return
    this.#alarm?.cancel()
    const cancel = clock.after(at - clock.now(), () => {
      this.#alarm = null
      this.#pump()
    })
    this.#alarm = { at, cancel }
  }
}
