export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** A duration that came from outside, as one that may be added to a time: whole, and from 0 to `mostMs`. What is no number asks for nothing. */
export function boundedMs(ms: number, mostMs: number): number {
  return Number.isNaN(ms) ? 0 : Math.round(Math.min(Math.max(ms, 0), mostMs))
}
