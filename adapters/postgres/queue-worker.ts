import { Grouped } from '#adapters/sql/grouped.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { isOutage } from './patience.ts'
import type { QueueKind, WakeQueue, Woken } from './wake-queue.ts'

export interface QueueWorkerOptions {
  readonly kind: QueueKind
  readonly queue: Pick<WakeQueue, 'fetch' | 'done' | 'failed'>
  readonly clock: Clock
  readonly logger: Logger
  /** Most in hand at once. */
  readonly concurrency: number
  readonly execute: (id: string, signal: AbortSignal) => Promise<unknown>
}

/** How often the queue is looked into for wakes whose time has come; those that are due at once are told of. */
const LOOK_MS = 1000
const MOST_AT_ONCE = 100

/** Does one kind of work for whatever the queue wakes this process for, so many at a time. */
export class QueueWorker {
  readonly #options: QueueWorkerOptions
  readonly #inHand = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  /** One round trip for all that are done at about the same time. */
  readonly #done: Grouped<string, undefined>
  #running = false
  #looking = false
  #again = false
  #isAway = false
  #cancelLook: () => void = () => undefined

  constructor(options: QueueWorkerOptions) {
    this.#options = options
    this.#done = new Grouped(async (ids) => {
      await options.queue.done(options.kind, ids)
      return ids.map(() => ({ value: undefined }))
    })
  }

  start(): void {
    this.#running = true
    this.nudge()
  }

  /** There may be something to do. Says whether there is room for it here. */
  nudge(): boolean {
    this.#again = true
    if (!this.#looking && this.#running) void this.#look()
    return this.#running && this.#inHand.size < this.#options.concurrency
  }

  /** Begins nothing more; lets what is in hand finish for `graceMs`, then stops it where it is. */
  async drain(graceMs: number): Promise<void> {
    this.#running = false
    this.#cancelLook()
    const cancel = this.#options.clock.after(graceMs, () => {
      this.#stop.abort()
    })
    await Promise.all(this.#inHand)
    cancel()
  }

  async #look(): Promise<void> {
    this.#looking = true
    this.#cancelLook()
    try {
      while (this.#again && this.#running) await this.#fill()
      this.#isAway = false
    } catch (error) {
      // Told once, and not every second for as long as the database is away.
      if (!this.#isAway)
        this.#options.logger.error('Could not look into the queue.', error, { kind: this.#options.kind })
      this.#isAway = true
    }
    this.#looking = false
    if (!this.#running) return
    this.#cancelLook = this.#options.clock.after(LOOK_MS, () => {
      this.nudge()
    })
  }

  async #fill(): Promise<void> {
    const { queue, kind, concurrency } = this.#options
    this.#again = false
    const free = Math.min(concurrency - this.#inHand.size, MOST_AT_ONCE)
    if (free <= 0) return
    const woken = await queue.fetch(kind, free)
    for (const wake of woken) this.#begin(wake)
    if (woken.length === free) this.#again = true
  }

  #begin({ messageId, id, at }: Woken): void {
    const { execute, queue, kind, logger } = this.#options
    const work = this.#until(at)
      .then(() => execute(id, this.#stop.signal))
      .then(
        () => this.#done.add(messageId),
        (error: unknown) => {
          logger.error('Could not do what was due; it will be tried again.', error, { kind, id })
          return queue.failed(kind, messageId)
        },
      )
      // Whatever is not said to be done comes again.
      .catch((error: unknown) => {
        // Of an outage those who look are told.
        if (isOutage(error)) return
        logger.warn('The queue did not hear what became of a wake.', { kind, id, reason: String(error) })
      })
      .then(() => {
        const wasFull = this.#inHand.size >= this.#options.concurrency
        this.#inHand.delete(work)
        if (wasFull) this.nudge()
      })
    this.#inHand.add(work)
  }

  async #until(at: number): Promise<void> {
    const { clock } = this.#options
    const rest = at - clock.now()
    if (rest <= 0) return
    const due = Promise.withResolvers<undefined>()
    const cancel = clock.after(rest, () => {
      due.resolve(undefined)
    })
    this.#stop.signal.addEventListener('abort', () => {
      due.resolve(undefined)
    })
    await due.promise
    cancel()
  }
}
