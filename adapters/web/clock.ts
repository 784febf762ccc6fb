import type { Clock } from '#ports/clock.ts'

/** Timers of every runtime count in 32 bits; a longer delay would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's own time. */
export class SystemClock implements Clock {
  #elapsed = 0
  #readAt = performance.now()

  now(): number {
    return Date.now()
  }

  /** On Workers `performance.now()` follows the wall clock (https://developers.cloudflare.com/workers/runtime-apis/performance/), so steps back are left out. */
  monotonic(): number {
    const now = performance.now()
    this.#elapsed += Math.max(0, now - this.#readAt)
    this.#readAt = now
    return this.#elapsed
  }

  after(delayMs: number, action: () => void): () => void {
    if (delayMs > LONGEST_TIMER_MS) return this.#afterLong(delayMs, action)
    const timer = setTimeout(action, delayMs)
    return () => {
      clearTimeout(timer)
    }
  }

  #afterLong(delayMs: number, action: () => void): () => void {
    let cancel = this.after(LONGEST_TIMER_MS, () => {
      cancel = this.after(delayMs - LONGEST_TIMER_MS, action)
    })
    return () => {
      cancel()
    }
  }
}
