/**
 * Servers whose clocks differ by more than this do not work together. So a stored time further in the future was
 * written before the clock was set back. What depends on it must not wait until the clock gets there again.
 */
export const LARGEST_SKEW_MS = 30_000

/** Whether the clock has been set back since `writtenAt` was stored. */
export function isAhead(writtenAt: number, now: number): boolean {
  return writtenAt > now + LARGEST_SKEW_MS
}
