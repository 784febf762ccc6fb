/** `extensions.cost.throttleStatus` of an answer; points, and points a second. */
export interface ThrottleStatus {
  readonly maximumAvailable: number
  readonly currentlyAvailable: number
  readonly restoreRate: number
}

/** Waiting for exactly the moment would meet Shopify's rounding. */
const ROUNDING_MS = 50

/**
 * The points which Shopify's leaky bucket has for this app and shop, as far as its last answer says
 * (https://shopify.dev/docs/api/usage/limits). What requests under way may cost is taken off at once, because an answer to
 * one of them does not know of the others. Times are monotonic milliseconds.
 */
export class CostBucket {
  #status: ThrottleStatus | null = null
  #readAt = 0
  #underWay = 0

  /** How long to wait before a request of that cost; 0 when there are points for it, or when nothing is known yet. */
  waitMs(cost: number, now: number): number {
    if (!this.#status) return 0
    const { maximumAvailable, restoreRate } = this.#status
    // Shopify refuses a request that costs more than the bucket holds. Waiting would not change that.
    const missing = Math.min(cost, maximumAvailable) - this.#availableAt(now)
    return missing <= 0 || restoreRate <= 0 ? 0 : Math.ceil((missing / restoreRate) * 1000) + ROUNDING_MS
  }

  begin(cost: number): void {
    this.#underWay += cost
  }

  /** For what is not sent, or begins anew. */
  cancel(cost: number): void {
    this.#underWay -= cost
  }

  /** `status` is what the answer said; `null` when it said nothing. */
  end(cost: number, status: ThrottleStatus | null, now: number): void {
    this.#underWay -= cost
    if (!status) return
    this.#status = status
    this.#readAt = now
  }

  #availableAt(now: number): number {
    const { currentlyAvailable, maximumAvailable, restoreRate } = this.#status ?? EMPTY
    const restored = ((now - this.#readAt) / 1000) * restoreRate
    return Math.min(maximumAvailable, currentlyAvailable + restored) - this.#underWay
  }
}

const EMPTY: ThrottleStatus = { maximumAvailable: 0, currentlyAvailable: 0, restoreRate: 0 }
