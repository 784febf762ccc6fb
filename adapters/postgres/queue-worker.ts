import { Grouped } from '#adapters/sql/grouped.ts'
import { LARGEST_SKEW_MS } from '#domain/job/clock-step.ts'
import { FairPlaces, type FairPlacesOptions } from '#domain/tenant/fair-places.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { isOutage } from './patience.ts'
import type { QueueKind, WakeQueue, Woken } from './wake-queue.ts'

export interface QueueWorkerOptions extends FairPlacesOptions {
  readonly kind: QueueKind
  readonly queue: Pick<WakeQueue, 'fetch' | 'done' | 'failed'>
  readonly clock: Clock
  readonly logger: Logger
  /** Whether nothing is to be begun for now. */
  readonly isPaused?: () => boolean
  /** The tenants that have something to do now. */
  readonly dueTenants: () => Promise<readonly string[]>
  /** Tenants that may have something to do one day: room is kept for them. */
  readonly knownTenants: () => Promise<readonly string[]>
  /** How much more a tenant may have in hand, on all servers together. */
  readonly leftFor?: (tenantId: string) => Promise<number>
  readonly execute: (wake: Woken, signal: AbortSignal) => Promise<unknown>
}

/** How often it is asked whose work is due; what is due at once is told of. */
const LOOK_MS = 1000
const MOST_AT_ONCE = 100

/** Does one kind of work for whatever the queue wakes this process for, so many at a time. Tenants take turns (`FairPlaces`). */
export class QueueWorker {
  readonly #options: QueueWorkerOptions
  readonly #places: FairPlaces
  readonly #inHand = new Set<Promise<void>>()
  readonly #stop = new AbortController()
  /** One round trip for all that are done at about the same time. */
  readonly #done: Grouped<string, undefined>
  /** Tenants that have something to do, or may have. */
  readonly #waiting = new Set<string>()
  #running = false
  #looking = false
  /** Whether it is to be asked who has something to do. */
  #isScanDue = true
  #isAway = false
  #cancelLook: () => void = () => undefined

  constructor(options: QueueWorkerOptions) {
    this.#options = options
    this.#places = new FairPlaces(options)
    this.#done = new Grouped(async (ids) => {
      await options.queue.done(options.kind, ids)
      return ids.map(() => ({ value: undefined }))
    })
  }

  start(): void {
    this.#running = true
    this.scan()
  }

  /** Somebody may have something to do. */
  scan(): void {
    this.#isScanDue = true
    this.#goOn()
  }

  /** The tenant has something to do. Says whether there is room for it here. */
  nudge(tenantId: string): boolean {
    this.#places.meet(tenantId)
    this.#waiting.add(tenantId)
    const hasRoom = this.#mayBegin && this.#places.roomFor(tenantId) > 0
    this.#goOn()
    return hasRoom
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

  get #mayBegin(): boolean {
    return this.#running && this.#options.isPaused?.() !== true
  }

  #goOn(): void {
    if (!this.#looking && this.#running) void this.#look()
  }

  async #look(): Promise<void> {
    this.#looking = true
    this.#cancelLook()
    try {
      while (this.#mayBegin && (await this.#fill()));
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
      this.scan()
    })
  }

  /** Begins what one tenant has to do, as far as it may; whether others may have their turn. */
  async #fill(): Promise<boolean> {
    const { queue, kind, leftFor } = this.#options
    if (this.#isScanDue && this.#places.free > 0) await this.#scan()
    const tenantId = this.#places.next(this.#waiting)
    if (tenantId === null) return false
    // Not more than one's part of what is free, where others wait too; whoever had a full answer comes again.
    const part = Math.ceil(this.#places.free / this.#waiting.size)
    this.#waiting.delete(tenantId)
    const left = leftFor ? await leftFor(tenantId) : MOST_AT_ONCE
    const most = Math.min(this.#places.roomFor(tenantId), part, left, MOST_AT_ONCE)
    if (most <= 0) return true
    const woken = await queue.fetch({ kind, tenantId }, most)
    if (woken.length === most) this.#waiting.add(tenantId)
    for (const wake of woken) this.#begin(wake)
    return true
  }

  async #scan(): Promise<void> {
    const { dueTenants, knownTenants } = this.#options
    this.#isScanDue = false
    if (!this.#places.isShared) for (const tenantId of await knownTenants()) this.#places.meet(tenantId)
    for (const tenantId of await dueTenants()) {
      this.#places.meet(tenantId)
      this.#waiting.add(tenantId)
    }
  }

  #begin(wake: Woken): void {
    const { messageId, id, tenantId, at } = wake
    const { execute, queue, kind, logger } = this.#options
    this.#places.take(tenantId)
    const work = this.#until(at)
      .then(() => execute(wake, this.#stop.signal))
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
        this.#inHand.delete(work)
        this.#places.release(tenantId)
        // One that had as much as it may have wants more now.
        if (typeof this.#options.most?.(tenantId) === 'number') this.#waiting.add(tenantId)
        if (this.#waiting.size > 0) this.#goOn()
      })
    this.#inHand.add(work)
  }

  async #until(at: number): Promise<void> {
    const { clock } = this.#options
    const rest = at - clock.now()
    // The queue has said that it is due: more than that is a clock that was set back.
    if (rest <= 0 || rest > LARGEST_SKEW_MS) return
    const due = Promise.withResolvers<undefined>()
    const cancel = clock.after(rest, () => {
      due.resolve(undefined)
    })
    const { signal } = this.#stop
    const stop = (): void => {
      due.resolve(undefined)
    }
    signal.addEventListener('abort', stop)
    await due.promise
    cancel()
    signal.removeEventListener('abort', stop)
  }
}
