import { FairPlaces, type FairPlacesOptions } from '#domain/tenant/fair-places.ts'
import type { Clock } from '#ports/clock.ts'
import type { Due } from '#ports/due.ts'
import type { Logger } from '#ports/logger.ts'
import type { Woken } from '#ports/waker.ts'
import { ClockSteps } from '#application/time/clock-steps.ts'
import { Backoff } from '#application/time/backoff.ts'
import { CrowdedJobs } from './crowded-jobs.ts'
import { DueLanes } from './due-lanes.ts'
import type { LocalWaker } from './waker.ts'

export interface PumpOptions extends FairPlacesOptions {
  readonly kind: string
  /** Whose jobs alone it does; others have a pump of their own. */
  readonly agent?: string
  readonly due: Due
  /** `false`: not even after the clock was set back does it come before its time. */
  readonly mayBeEarly?: boolean
  readonly waker: LocalWaker
  readonly clock: Clock
  readonly logger: Logger
  /** Tenants that may have something to do one day: room is kept for them. */
  readonly knownTenants?: () => Promise<readonly string[]>
  /** May resolve with a `Crowding`. */
  readonly execute: (id: string, signal: AbortSignal) => Promise<unknown>
}

/** There is no place yet for what is to be done: it takes none here either until there is one, and is begun again then. */
interface Crowding {
  whenFree(): Promise<void>
}

function isCrowding(result: unknown): result is Crowding {
  return typeof result === 'object' && result !== null && 'whenFree' in result
}

/** How soon it is looked again after a look that failed, and after what is overdue and in hand or at rest. */
const BREATHER_MS = 1000
/** The longest sleep: however a timer or a wake was lost, what is overdue is found by then. */
const SWEEP_MS = 30_000

/**
 * Does one kind of work for jobs or records that are due, a limited number at a time, and sleeps until the next is due.
 * Tenants take turns (`FairPlaces`). The database is the queue, and this holds a cache of it. A job that is woken while
 * no other of its tenant waits is begun without a look.
 */
export class Pump {
  readonly #options: PumpOptions
  readonly #places: FairPlaces
  readonly #lanes = new DueLanes()
  readonly #inHand = new Map<string, Promise<void>>()
  /** What became due again while it was in hand, such as the next slice of an operation. It is begun again afterwards. */
  readonly #again = new Set<string>()
  /** What has thrown rests, so that it takes no place. */
  readonly #resting: Backoff
  readonly #crowded = new CrowdedJobs()
  readonly #stop = new AbortController()
  readonly #steps: ClockSteps
  #running = false
  /** Whether it is to be asked which tenants have something due. */
  #isScanDue = true
  #looking = false
  /** `at` is by the monotonic clock: a step of the wall clock must not keep an alarm that comes sooner from being set. */
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(options: PumpOptions) {
    this.#options = options
    this.#places = new FairPlaces(options)
    this.#resting = new Backoff(options.clock)
    this.#steps = new ClockSteps(options.clock)
    options.cap?.onRoom(() => {
      this.#pump()
    })
    const wake = (woken: Woken, at: number): void => {
      this.#wake(woken, at)
    }
    options.waker.listen(options.kind, wake, options.agent)
  }

  /**
   * Begins what was set by a clock that has been set back since: by the wall clock it is not due for as long again. Called where the step was not
   * seen, as after a restart.
   */
  async catchUp(): Promise<void> {
    const { kind, due, clock, mayBeEarly = true } = this.#options
    if (!mayBeEarly) return
    for (const woken of await due.ahead(kind, clock.now())) {
      this.#places.meet(woken.tenantId)
      if (!this.#isElsewhere(woken.id)) this.#lanes.addFirst(woken)
    }
    this.#pump()
  }

  start(): void {
    this.#running = true
    this.#pump()
  }

  /** Begins nothing more; lets what is in hand finish for `graceMs`, then stops it where it is. It goes on at the next start. */
  async drain(graceMs: number): Promise<void> {
    this.#running = false
    this.#alarm?.cancel()
    const cancel = this.#options.clock.after(graceMs, () => {
      this.#stop.abort()
    })
    await Promise.all(this.#inHand.values())
    cancel()
  }

  #wake(woken: Woken, at: number): void {
    this.#places.meet(woken.tenantId)
    const restMs = at - this.#options.clock.now()
    if (restMs > 0) {
      this.#sleep(restMs)
      return
    }
    if (this.#inHand.has(woken.id)) this.#again.add(woken.id)
    else this.#line(woken)
    this.#pump()
  }

  #line(woken: Woken): void {
    if (this.#isScanDue || this.#isElsewhere(woken.id)) this.#lanes.expectMore(woken.tenantId)
    else this.#lanes.add(woken)
  }

  #pump(): void {
    if (!this.#running) return
    if (this.#isScanDue && this.#places.free > 0) this.#ask(() => this.#scan())
    for (;;) {
      const tenantId = this.#places.next(this.#lanes.tenants.filter((id) => !this.#crowded.hasTooMany(id)))
      if (tenantId === null) return
      const id = this.#lanes.take(tenantId)
      if (id !== undefined) this.#begin({ id, tenantId })
      else {
        this.#ask(() => this.#look(tenantId))
        return
      }
    }
  }

  /** One question at a time; with its answer it goes on. */
  #ask(question: () => Promise<void>): void {
    if (this.#looking) return
    this.#looking = true
    question()
      .catch((error: unknown) => {
        this.#options.logger.error('Could not look for due work.', error, { kind: this.#options.kind })
        this.#sleep(BREATHER_MS)
      })
      .finally(() => {
        this.#looking = false
        this.#pump()
      })
  }

  /** Which tenants have something due, and when others will. */
  async #scan(): Promise<void> {
    const { kind, due, clock, knownTenants } = this.#options
    this.#isScanDue = false
    if (this.#steps.wasSetBack()) await this.catchUp()
    if (knownTenants && !this.#places.isShared) for (const id of await knownTenants()) this.#places.meet(id)
    const now = clock.now()
    let restMs = SWEEP_MS
    for (const { tenantId, isDue, nextAt } of await due.tenants(kind, now)) {
      this.#places.meet(tenantId)
      if (isDue) this.#lanes.expectMore(tenantId)
      if (nextAt !== null) restMs = Math.min(restMs, nextAt - now)
    }
    this.#sleep(restMs)
  }

  async #look(tenantId: string): Promise<void> {
    const { kind, due, clock, places } = this.#options
    // Jobs in hand, at rest or without a place may be due too, so a look asks for enough rows to find others.
    const limit = places + this.#inHand.size + this.#resting.size + this.#crowded.size
    let ready: readonly string[] = []
    this.#lanes.ask(tenantId)
    try {
      const ids = await due.due({ kind, tenantId, now: clock.now(), limit })
      ready = ids.filter((id) => !this.#isElsewhere(id))
      if (ids.length === limit) this.#lanes.expectMore(tenantId)
      else if (ready.length === 0) this.#sleep(BREATHER_MS)
    } finally {
      this.#lanes.answer(tenantId, ready)
    }
  }

  #begin({ id, tenantId }: Woken): void {
    const { kind, execute, logger } = this.#options
    this.#places.take(tenantId)
    const work = execute(id, this.#stop.signal)
      .then(
        (result) => {
          this.#resting.forget(id)
          if (isCrowding(result)) this.#wait({ id, tenantId }, result)
        },
        (error: unknown) => {
          const restMs = this.#resting.rest(id)
          logger.error('Could not do what was due; it will be tried again.', error, { kind, id, restMs })
          this.#sleep(restMs)
        },
      )
      .then(() => {
        this.#inHand.delete(id)
        this.#places.release(tenantId)
        if (this.#again.delete(id)) this.#line({ id, tenantId })
        this.#pump()
      })
    this.#inHand.set(id, work)
  }

  #isElsewhere(id: string): boolean {
    return this.#inHand.has(id) || this.#resting.has(id) || this.#crowded.has(id)
  }

  #wait(woken: Woken, crowding: Crowding): void {
    this.#crowded.add(woken)
    void crowding.whenFree().then(() => {
      this.#crowded.delete(woken)
      this.#lanes.addFirst(woken)
      this.#pump()
    })
  }

  #sleep(ms: number): void {
    const { clock } = this.#options
    const at = clock.monotonic() + ms
    if (!this.#running || (this.#alarm && this.#alarm.at <= at)) return
    this.#alarm?.cancel()
    const cancel = clock.after(ms, () => {
      this.#alarm = null
      this.#isScanDue = true
      this.#pump()
    })
    this.#alarm = { at, cancel }
  }
}
