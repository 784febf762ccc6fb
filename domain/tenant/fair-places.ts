import type { Cap } from './shared-cap.ts'

/** Of the places that others leave, the part that one tenant may hold where there are several tenants, unless another is given. */
const TENANT_SHARE = 7 / 8
/** Tenants whose last turn is remembered; one that is forgotten comes first. */
const MOST_TURNS = 10_000

export interface Places {
  /** How many there are for all. */
  readonly places: number
  readonly heldByOthers: number
}

/**
 * How many places one of several may hold: a part of what the others leave, at least one. However much it wants, room is left for
 * one who comes later, who leaves a part of that in turn.
 */
export function shareOf({ places, heldByOthers }: Places, part: number): number {
  return Math.max(1, Math.floor((places - heldByOthers) * part))
}

export interface FairPlacesOptions {
  readonly places: number
  /** Limits of tenants; none if absent. */
  readonly cap?: Cap
  /** 1 keeps no place free for a tenant that comes later: where there are so few that it would be a large part of them. */
  readonly tenantShare?: number
}

/**
 * Which tenant is next where tenants share places: the one that holds the fewest; of several, the one whose last turn
 * is longest ago. A tenant that is alone may hold all places. As soon as a second one is known, an eighth of the places
 * stays free for the tenant that holds the fewest. So its work begins at once, and not when another's ends.
 */
export class FairPlaces {
  readonly #options: FairPlacesOptions
  readonly #held = new Map<string, number>()
  /** The tenants in the order of their last turns. */
  readonly #turns = new Map<string, number>()
  #turn = 0
  #total = 0
  #known: string | null = null
  #isShared = false

  constructor(options: FairPlacesOptions) {
    this.#options = options
  }

  get free(): number {
    return this.#options.places - this.#total
  }

  /** Whether more than one tenant is known. */
  get isShared(): boolean {
    return this.#isShared
  }

  /** There is such a tenant, whether or not it wants a place now. */
  meet(tenantId: string): void {
    this.#known ??= tenantId
    this.#isShared ||= tenantId !== this.#known
  }

  take(tenantId: string): void {
    this.meet(tenantId)
    this.#options.cap?.take(tenantId)
    this.#total++
    this.#held.set(tenantId, this.#heldBy(tenantId) + 1)
    this.#turns.delete(tenantId)
    this.#turns.set(tenantId, ++this.#turn)
    const [oldest] = this.#turns.keys()
    if (oldest !== undefined && this.#turns.size > MOST_TURNS) this.#turns.delete(oldest)
  }

  release(tenantId: string): void {
    this.#total--
    const left = this.#heldBy(tenantId) - 1
    if (left > 0) this.#held.set(tenantId, left)
    else this.#held.delete(tenantId)
    this.#options.cap?.release(tenantId)
  }

  /** How many more places the tenant may take now. */
  roomFor(tenantId: string): number {
    const held = this.#heldBy(tenantId)
    const { places, cap, tenantShare = TENANT_SHARE } = this.#options
    const share = this.#isShared ? shareOf({ places, heldByOthers: this.#total - held }, tenantShare) : places
    return Math.min(this.free, share - held, cap?.room(tenantId) ?? share)
  }

  /** Of the tenants that want a place, the one that takes the next; `null` when none may have one. */
  next(waiting: Iterable<string>): string | null {
    let first: string | null = null
    for (const tenantId of waiting)
      if (this.roomFor(tenantId) > 0 && (first === null || this.#isBefore(tenantId, first))) first = tenantId
    return first
  }

  #isBefore(one: string, other: string): boolean {
    const difference = this.#heldBy(one) - this.#heldBy(other)
    return difference < 0 || (difference === 0 && (this.#turns.get(one) ?? 0) < (this.#turns.get(other) ?? 0))
  }

  #heldBy(tenantId: string): number {
    return this.#held.get(tenantId) ?? 0
  }
}
