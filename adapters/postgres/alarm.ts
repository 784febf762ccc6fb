import type { Clock } from '#ports/clock.ts'

/** One timer for the earliest of many times. */
export class Alarm {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>
  readonly #ring: () => void
  /**
   * `at` is by the monotonic clock: a step of the wall clock must not keep a time that comes sooner
   * from being set.
   */
  #next: { readonly at: number; readonly cancel: () => void } | null = null
  #isOff = false

  constructor(clock: Pick<Clock, 'monotonic' | 'after'>, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Rings after `ms`, unless it rings before. */
  set(ms: number): void {
    const restMs = Math.max(0, ms)
    const at = this.#clock.monotonic() + restMs
    if (this.#isOff || (this.#next && this.#next.at <= at)) return
    this.#next?.cancel()
    const cancel = this.#clock.after(restMs, () => {
      this.#next = null
      this.#ring()
    })
    this.#next = { at, cancel }
  }

  /** Rings no more. */
  turnOff(): void {
    this.#isOff = true
    this.#next?.cancel()
  }
}
