import type { Clock } from '#ports/clock.ts'

interface Timer {
  readonly at: number
  readonly action: () => void
}

/** Time that stands still until told to go on. */
export class ManualClock implements Clock {
  #now: number
  #timers: Timer[] = []

  constructor(now = 1_700_000_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#now + delayMs, action }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves time on and fires what has come due, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (let timer = this.#nextDue(end); timer; timer = this.#nextDue(end)) {
      const due = timer
      this.#timers = this.#timers.filter((other) => other !== due)
      this.#now = Math.max(this.#now, due.at)
      due.action()
      // What the action set going may arm timers of its own before `end`.
      await settled()
    }
    this.#now = end
    await settled()
  }

  /** When the next timer fires; `null` when none is armed. */
  nextAt(): number | null {
    return this.#timers.reduce<number | null>((least, { at }) => (least === null || at < least ? at : least), null)
  }

  #nextDue(end: number): Timer | undefined {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }
}

/** Lets promise chains that need no time run out. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}
