import { FairPlaces, type FairPlacesOptions } from '#domain/tenant/fair-places.ts'
import { Alarm } from './alarm.ts'
import { type Begun, ClaimedWork, type ClaimedWorkDeps } from './claimed-work.ts'
import type { Claim, Claims } from './claims.ts'
import { type Offer, Offers } from './offers.ts'
import type { Reservation } from './reservation.ts'

export interface ClaimWorkerOptions extends FairPlacesOptions, ClaimedWorkDeps {
  readonly claims: Claims
  /** Whose jobs alone it does: with a limit on all servers, so each is claimed. */
  readonly agent?: string
  /** How long a claim lasts: longer than the work takes until its first commit. */
  readonly claimMs: number
  /** Whether nothing is to be begun for now. */
  readonly isPaused: () => boolean
  /** Tenants that may have something to do one day: room is kept for them. */
  readonly knownTenants: () => Promise<readonly string[]>
}

/** The longest sleep: however a notice or a timer was lost, due work is found by then. */
const LOOK_MS = 10_000
/** After a look that failed. */
const BREATHER_MS = 1000
const MOST_AT_ONCE = 100

/**
 * Does one kind of work, so many at a time, and sleeps until the next is due. Tenants take turns
 * (`FairPlaces`).
 */
export class ClaimWorker {
  readonly #options: ClaimWorkerOptions
  readonly #places: FairPlaces
  readonly #work: ClaimedWork
  /** Tenants that have something to do, or may have. */
  readonly #waiting = new Set<string>()
  /** By tenant, since it was last looked for its work. */
  readonly #nudges = new Map<string, number>()
  readonly #offers = new Offers()
  readonly #alarm: Alarm
  #running = false
  #isLooking = false
  #isNudged = false
  #looked: Promise<void> = Promise.resolve()
  /** Whether it is to be asked who has something to do. */
  #isScanDue = true
  #isAway = false

  constructor(options: ClaimWorkerOptions) {
    this.#options = options
    this.#places = new FairPlaces(options)
    this.#work = new ClaimedWork(options)
    this.#alarm = new Alarm(options.clock, () => {
      this.scan()
    })
    options.cap?.onRoom(() => {
      this.#goOn()
    })
  }

  start(): void {
    this.#running = true
    this.scan()
  }

  /** Some tenant may have due work. */
  scan(): void {
    this.#isScanDue = true
    this.#goOn()
  }

  /**
   * The tenant has one thing more to do. Returns whether there is room here for all that it was
   * nudged for.
   */
  nudge(tenantId: string): boolean {
    this.#places.meet(tenantId)
    this.#waiting.add(tenantId)
    const nudges = (this.#nudges.get(tenantId) ?? 0) + 1
    this.#nudges.set(tenantId, nudges)
    const hasRoom = this.#mayBegin && this.#places.roomFor(tenantId) >= nudges
    this.#goOn()
    return hasRoom
  }

  /** Something is due at this time (epoch ms). */
  expect(at: number): void {
    this.#alarm.set(Math.min(at - this.#options.clock.now(), LOOK_MS))
  }

  /** One that has failed here before is left alone for its rest. */
  offer(offers: readonly Offer[]): void {
    for (const offer of offers) {
      if (this.#work.isBusyWith(offer.id)) continue
      this.#offers.add(offer)
      this.#places.meet(offer.tenantId)
      this.#waiting.add(offer.tenantId)
    }
    this.#goOn()
  }

  /** `null` where it has to wait for its turn like all else. */
  reserve({ id, tenantId }: Offer): Reservation | null {
    const { clock, claimMs } = this.#options
    this.#places.meet(tenantId)
    const isHeldBack = this.#waiting.has(tenantId) || this.#isLimited(tenantId)
    if (!this.#mayBegin || isHeldBack || this.#places.roomFor(tenantId) <= 0) return null
    this.#places.take(tenantId)
    let at = clock.now()
    let until = at + claimMs
    return {
      until: () => {
        at = clock.now()
        until = at + claimMs
        return until
      },
      begin: (version) => {
        void this.#begin({ id, tenantId, claim: { id, tenantId, version, at, until } })
      },
      beginUnclaimed: () => {
        void this.#begin({ id, tenantId, claim: null })
      },
      drop: () => {
        this.#release(tenantId)
      },
    }
  }

  /** Begins nothing more, and drains what is in hand (`ClaimedWork`). */
  async drain(graceMs: number): Promise<void> {
    this.#running = false
    this.#alarm.turnOff()
    const drained = this.#work.drain(graceMs)
    await this.#looked
    await drained
    // A look that was under way may have claimed something since.
    await this.#work.drain(graceMs)
  }

  get #mayBegin(): boolean {
    return this.#running && !this.#options.isPaused()
  }

  #mostOf(tenantId: string): number | null {
    return this.#options.cap?.most(tenantId) ?? null
  }

  /** Whether work may have to wait although there is a place. */
  #isLimited(tenantId: string): boolean {
    return this.#options.agent !== undefined || this.#mostOf(tenantId) !== null
  }

  #goOn(): void {
    this.#isNudged = true
    if (!this.#isLooking && this.#running) this.#looked = this.#look()
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    try {
      while (this.#isNudged) {
        this.#isNudged = false
        while (this.#mayBegin && (await this.#fill()));
      }
      this.#isAway = false
      this.#alarm.set(LOOK_MS)
    } catch (error) {
      const { logger, kind } = this.#options
      // Logged once, and not at every look during an outage of the database.
      if (!this.#isAway) logger.error('Could not look for due work.', error, { kind })
      this.#isAway = true
      this.#isScanDue = true
      this.#alarm.set(BREATHER_MS)
    }
    this.#isLooking = false
  }

  /** Begins what one tenant has to do, as far as it may; whether others may have their turn. */
  async #fill(): Promise<boolean> {
    if (this.#isScanDue && this.#places.free > 0) await this.#scan()
    const tenantId = this.#places.next(this.#waiting)
    if (tenantId === null) return false
    // Not more than one's part of what is free, where others wait too; a tenant with a full answer
    // comes again.
    const part = Math.ceil(this.#places.free / this.#waiting.size)
    const room = Math.min(this.#places.roomFor(tenantId), part, MOST_AT_ONCE)
    this.#waiting.delete(tenantId)
    this.#nudges.delete(tenantId)
    const offers = this.#offers.take(tenantId, room)
    for (const offer of offers) {
      this.#places.take(tenantId)
      void this.#begin({ ...offer, claim: null })
    }
    if (offers.length === room) this.#waiting.add(tenantId)
    else await this.#claim(tenantId, room - offers.length)
    return true
  }

  async #scan(): Promise<void> {
    const { claims, clock, knownTenants } = this.#options
    this.#isScanDue = false
    if (!this.#places.isShared) for (const tenantId of await knownTenants()) this.#places.meet(tenantId)
    const now = clock.now()
    for (const { tenantId, isDue, nextAt } of await claims.tenants(now)) {
      this.#places.meet(tenantId)
      if (isDue) this.#waiting.add(tenantId)
      if (nextAt !== null) this.expect(nextAt)
    }
  }

  async #claim(tenantId: string, limit: number): Promise<void> {
    const { claims, clock, claimMs } = this.#options
    const most = this.#mostOf(tenantId)
    // The places are taken first: others are taken while the database is asked.
    for (let n = 0; n < limit; n++) this.#places.take(tenantId)
    let claimed: readonly Claim[] = []
    try {
      const now = clock.now()
      claimed = await claims.claim({ tenantId, now, until: now + claimMs, limit, most })
    } finally {
      for (let n = claimed.length; n < limit; n++) this.#places.release(tenantId)
    }
    if (claimed.length === limit) this.#waiting.add(tenantId)
    for (const claim of claimed) void this.#begin({ ...claim, claim })
  }

  /** In a place that is taken. */
  async #begin(work: Begun): Promise<void> {
    const { tenantId } = work
    const dueAt = await this.#work.begin(work)
    if (dueAt !== null) this.expect(dueAt)
    // One that had as much as it may have wants more now.
    if (this.#isLimited(tenantId)) this.#waiting.add(tenantId)
    // Another tenant may have found the agent busy, here or on another server.
    if (this.#options.agent !== undefined) this.#isScanDue = true
    this.#release(tenantId)
  }

  #release(tenantId: string): void {
    this.#places.release(tenantId)
    if (this.#waiting.size > 0 || this.#isScanDue) this.#goOn()
  }
}
