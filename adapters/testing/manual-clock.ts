import type { Clock } from '#ports/clock.ts'

interface Timer {
  /** By `monotonic`. */
  readonly at: number
  readonly action: () => void
}

/** Time that stands still until a test advances it. */
export class ManualClock implements Clock {
  #elapsed = 0
  #epoch: number
  #timers: Timer[] = []

  constructor(now = 1_700_000_000_000) {
    this.#epoch = now
  }

  now(): number {
    return this.#epoch + this.#elapsed
  }

  monotonic(): number {
    return this.#elapsed
  }

  /** Sets the wall clock on or back, as NTP or an operator does. No timer moves. */
  step(ms: number): void {
    this.#epoch += ms
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#elapsed + delayMs, action }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves time on and fires what has come due, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms
    for (let timer = this.#nextDue(end); timer; timer = this.#nextDue(end)) {
      const due = timer
      this.#timers = this.#timers.filter((other) => other !== due)
      this.#elapsed = Math.max(this.#elapsed, due.at)
      due.action()
      // What the action set going may arm timers of its own before `end`.
      await settled()
    }
    this.#elapsed = end
    await settled()
  }

  /** When the next timer fires, by the wall clock as it stands; `null` when none is armed. */
  nextAt(): number | null {
    return this.#timers.length === 0 ? null : this.#epoch + Math.min(...this.#timers.map(({ at }) => at))
  }

  #nextDue(end: number): Timer | undefined {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }
}

/** Lets promise chains that need no time run out. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}
