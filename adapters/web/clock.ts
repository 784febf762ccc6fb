import type { Clock } from '#ports/clock.ts'

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = setTimeout(action, delayMs)
    return () => {
      clearTimeout(timer)
    }
  }
}
