import type { Turn } from '../agent/turn.ts'
import { HOUR_MS, boundedMs } from '../time/duration.ts'
import type { JobLimits } from './limits.ts'

const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 300_000
/** A provider may ask for a century; a job tries again after an hour at the latest. */
const LONGEST_WAIT_MS = HOUR_MS

export interface FailedCall {
  /** Failures in a row, this one among them. */
  readonly failures: number
  /** What the provider asked for, if it did: any number at all. */
  readonly retryAfterMs: number | undefined
  /** From 0 to less than 1. */
  readonly chance: number
}

/**
 * The delay before the next try: exponential backoff with full jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/). Never sooner than the provider
 * asked, but at most an hour.
 */
export function retryDelayMs({ failures, retryAfterMs = 0, chance }: FailedCall): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1))
  return boundedMs(boundedMs(retryAfterMs, LONGEST_WAIT_MS) + chance * ceiling, LONGEST_WAIT_MS)
}

/**
 * Whether a job gives up on its model: after too long an outage, or after too many paid and unusable answers in a row.
 */
export function givesUp({ failingSince, paidFailures }: Turn, limits: JobLimits, now: number): boolean {
  const isOutageOver = failingSince !== null && now - failingSince >= limits.modelOutageMs
  return isOutageOver || paidFailures >= limits.maxPaidFailures
}
