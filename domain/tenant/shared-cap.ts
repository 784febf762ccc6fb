/** The limit of each tenant, as far as one kind of work may use it. */
export interface Cap {
  /** At once; `null` for no limit. */
  most(tenantId: string): number | null
  /** How much more of this kind the tenant may have in hand now; `null` for no limit. */
  room(tenantId: string): number | null
  take(tenantId: string): void
  release(tenantId: string): void
  /** @param listener is called when a tenant may have more that could not have it before. */
  onRoom(listener: () => void): void
}

/** What tenants, or agents, have in hand of several kinds of work that share one limit for each of them. */
export class SharedCap {
  readonly #most: (tenantId: string) => number | null
  readonly #held = new Map<string, number>()
  readonly #parts: CapPart[] = []

  /** @param most `null` for a tenant without a limit. */
  constructor(most: (tenantId: string) => number | null) {
    this.#most = most
  }

  /** For one kind of work, which may use this part of the limit, and at least one: the rest is for the others. */
  part(share: number): Cap {
    const part = new CapPart(this, share)
    this.#parts.push(part)
    return part
  }

  most(tenantId: string): number | null {
    return this.#most(tenantId)
  }

  heldBy(tenantId: string): number {
    return this.#held.get(tenantId) ?? 0
  }

  take(tenantId: string): void {
    if (this.most(tenantId) !== null) this.#held.set(tenantId, this.heldBy(tenantId) + 1)
  }

  release(tenantId: string): void {
    const left = this.heldBy(tenantId) - 1
    if (left > 0) this.#held.set(tenantId, left)
    else this.#held.delete(tenantId)
    for (const part of this.#parts) part.released(tenantId)
  }
}

class CapPart implements Cap {
  readonly #cap: SharedCap
  readonly #share: number
  /** Tenants that had no room when there was a question. */
  readonly #refused = new Set<string>()
  #listener: () => void = () => undefined

  constructor(cap: SharedCap, share: number) {
    this.#cap = cap
    this.#share = share
  }

  most(tenantId: string): number | null {
    const most = this.#cap.most(tenantId)
    return most && Math.max(1, Math.floor(most * this.#share))
  }

  room(tenantId: string): number | null {
    const most = this.most(tenantId)
    if (most === null) return null
    const room = most - this.#cap.heldBy(tenantId)
    if (room <= 0) this.#refused.add(tenantId)
    return room
  }

  take(tenantId: string): void {
    this.#cap.take(tenantId)
  }

  release(tenantId: string): void {
    this.#cap.release(tenantId)
  }

  onRoom(listener: () => void): void {
    this.#listener = listener
  }

  released(tenantId: string): void {
    if (this.#refused.delete(tenantId)) this.#listener()
  }
}
