const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 60_000

export interface FailedCall {
  /** Failures in a row, this one among them. */
  readonly failures: number
  /** What the provider asked for, if it did. */
  readonly retryAfterMs: number | undefined
  /** From 0 to less than 1. */
  readonly chance: number
}

/**
 * How long to wait before the next try: exponential backoff with full jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), and never sooner than the provider asked.
 */
export function retryDelayMs({ failures, retryAfterMs, chance }: FailedCall): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1))
  return Math.round((retryAfterMs ?? 0) + chance * ceiling)
}
