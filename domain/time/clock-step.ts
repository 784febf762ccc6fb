/**
 * Servers whose clocks differ by more than this do not work together. So a time that was stored further in the future than this is from before the
 * clock was set back, and what should come a while after it must not wait for the clock to get there again.
 */
export const LARGEST_SKEW_MS = 30_000

/** Whether the clock has been set back since `writtenAt` was stored. */
export function isAhead(writtenAt: number, now: number): boolean {
  return writtenAt > now + LARGEST_SKEW_MS
}
