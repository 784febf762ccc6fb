import type { Clock } from '#ports/clock.ts'

/** Time that jumps to the next timer as soon as one is set. For code that waits for nothing but time. */
export class JumpingClock implements Clock {
  readonly waits: number[] = []
  #elapsed = 0

  now(): number {
    return 1_795_000_000_000 + this.#elapsed
  }

  monotonic(): number {
    return this.#elapsed
  }

  after(delayMs: number, action: () => void): () => void {
    let isStopped = false
    this.waits.push(delayMs)
    // Not a microtask: what waits for ever would leave nothing else its turn.
    setTimeout(() => {
      this.#elapsed += delayMs
      if (!isStopped) action()
    }, 0)
    return () => {
      isStopped = true
    }
  }
}
