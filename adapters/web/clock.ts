import type { Clock } from '#ports/clock.ts'

/** Timers of every runtime count in 32 bits; a longer delay would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  after(delayMs: number, action: () => void): () => void {
    let timer: ReturnType<typeof setTimeout>
    const arm = (rest: number): void => {
      const next = Math.min(rest, LONGEST_TIMER_MS)
      timer = setTimeout(() => {
        if (rest > next) arm(rest - next)
        else action()
      }, next)
    }
    arm(delayMs)
    return () => {
      clearTimeout(timer)
    }
  }
}
