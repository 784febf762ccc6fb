import type { Clock } from '#ports/clock.ts'

const MAXIMUM = 1000
const RESTORED_A_SECOND = 50

/** Shopify's leaky bucket, counted by the clock of the test. */
export class Points {
  readonly #clock: Clock
  #available = MAXIMUM
  #at = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns whether there were as many. */
  take(cost: number): boolean {
    const now = this.#clock.monotonic()
    this.#available = Math.min(MAXIMUM, this.#available + ((now - this.#at) / 1000) * RESTORED_A_SECOND)
    this.#at = now
    if (this.#available < cost) return false
    this.#available -= cost
    return true
  }

  drain(left: number): void {
    this.#available = left
    this.#at = this.#clock.monotonic()
  }

  cost(requested: number) {
    return {
      requestedQueryCost: requested,
      actualQueryCost: requested,
      throttleStatus: {
        maximumAvailable: MAXIMUM,
        currentlyAvailable: Math.floor(this.#available),
        restoreRate: RESTORED_A_SECOND,
      },
    }
  }
}
