import type { Clock } from '#ports/clock.ts'
import type { DueJobs } from '#ports/due-jobs.ts'
import type { Logger } from '#ports/logger.ts'
import type { LocalWaker } from './waker.ts'

export interface JobPumpOptions {
  readonly due: DueJobs
  readonly waker: LocalWaker
  readonly clock: Clock
  readonly logger: Logger
  /** Most jobs in execution at once. */
  readonly concurrency: number
  readonly execute: (jobId: string, signal: AbortSignal) => Promise<void>
}

/** How long a job is left alone after its execution threw, and how soon overdue jobs in execution are looked at again. */
const BREATHER_MS = 1000
/** The longest sleep: timers of Node overflow at 2^31 ms. */
const LONGEST_SLEEP_MS = 3_600_000

/** Executes due jobs, so many at a time, and sleeps until the next one is due. The queue is the database; nothing is held here. */
export class JobPump {
  readonly #options: JobPumpOptions
  readonly #inHand = new Map<string, Promise<void>>()
  readonly #stop = new AbortController()
  #running = false
  #pumping = false
  #again = false
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(options: JobPumpOptions) {
    this.#options = options
    options.waker.listen((at) => {
      this.#wake(at)
    })
  }

  /** Takes over what an earlier process left running, and begins. Only for a process that holds the data directory's lock. */
  async start(): Promise<void> {
    await this.#options.due.expediteRunning()
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
        if (this.#again && this.#running) this.#pump()
      })
  }

  async #fill(): Promise<void> {
    const { due, clock, concurrency } = this.#options
    this.#again = false
    const free = concurrency - this.#inHand.size
    if (free <= 0) return
    const ids = await due.due(clock.now(), concurrency)
    const ready = ids.filter((id) => !this.#inHand.has(id)).slice(0, free)
    for (const id of ready) this.#begin(id)
    const next = await due.nextDueAt()
    if (next === null) return
    const now = clock.now()
    this.#sleepUntil(next > now ? next : now + BREATHER_MS)
  }

  #begin(jobId: string): void {
    const { execute, clock, logger } = this.#options
    const settle = (): void => {
      this.#inHand.delete(jobId)
      this.#pump()
    }
    const work = execute(jobId, this.#stop.signal).then(settle, (error: unknown) => {
      logger.error('Could not execute a job; it will be tried again.', error, { jobId })
      clock.after(BREATHER_MS, settle)
    })
    this.#inHand.set(jobId, work)
  }

  #sleepUntil(at: number): void {
    const { clock } = this.#options
    if (!this.#running || (this.#alarm && this.#alarm.at <= at && this.#alarm.at > clock.now())) return
    this.#alarm?.cancel()
    const delay = Math.min(Math.max(at - clock.now(), 0), LONGEST_SLEEP_MS)
    const cancel = clock.after(delay, () => {
      this.#alarm = null
      this.#pump()
    })
    this.#alarm = { at: clock.now() + delay, cancel }
  }
}
