import type { Clock } from '#ports/clock.ts'

const FIRST_REST_MS = 1000
const LONGEST_REST_MS = 600_000

/** Keeps names at rest, each time twice as long as the time before, from a second to ten minutes. */
export class Backoff {
  readonly #clock: Clock
  readonly #rests = new Map<string, { readonly until: number; readonly ms: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many names are known, at rest or not yet forgotten. */
  get size(): number {
    return this.#rests.size
  }

  has(name: string): boolean {
    return (this.#rests.get(name)?.until ?? 0) > this.#clock.monotonic()
  }

  /** Returns how long, in milliseconds. */
  rest(name: string): number {
    this.#clean()
    const before = this.#rests.get(name)?.ms
    const ms = before === undefined ? FIRST_REST_MS : Math.min(before * 2, LONGEST_REST_MS)
    this.#rests.set(name, { until: this.#clock.monotonic() + ms, ms })
    return ms
  }

  forget(name: string): void {
    this.#rests.delete(name)
  }

  /** What has not been seen again for long after its rest is gone for good. */
  #clean(): void {
    const now = this.#clock.monotonic()
    for (const [name, { until }] of this.#rests) if (until + LONGEST_REST_MS < now) this.#rests.delete(name)
  }
}
