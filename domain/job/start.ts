/** When a submitted job begins, if not at once. */
export type JobStart =
  /** Epoch ms; a time that has passed means at once. */
  { readonly at: number } | { readonly delayMs: number }

/** Epoch ms. `null` begins at once. */
export function startsAt(start: JobStart | null, now: number): number {
  if (!start) return now
  return Math.max(now, 'at' in start ? start.at : now + start.delayMs)
}
