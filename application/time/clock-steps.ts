import { LARGEST_SKEW_MS } from '#domain/time/clock-step.ts'
import type { Clock } from '#ports/clock.ts'

/** Notices that the wall clock was set back while this process was running, by the clock that no step moves. */
export class ClockSteps {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  #offset: number

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock
    this.#offset = clock.now() - clock.monotonic()
  }

  /** Whether it was, by more than servers may differ, since this was last true. Small steps add up. */
  wasSetBack(): boolean {
    const offset = this.#clock.now() - this.#clock.monotonic()
    if (offset < this.#offset - LARGEST_SKEW_MS) {
      this.#offset = offset
      return true
    }
    this.#offset = Math.max(this.#offset, offset)
    return false
  }
}
