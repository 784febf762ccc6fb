import { type Batch, type PaceSample, isEnding } from './batch.ts'
import { type BatchTotals, endedOf, unfinishedOf } from './item.ts'

/** So many items must have ended before a share of failures means anything. */
const LEAST_FOR_SHARE = 20
/** The pace is that of the last minutes. */
const MOST_SAMPLES = 10

export interface Pace {
  readonly itemsPerSecond: number
  /** When all items that are there will have ended (epoch ms). */
  readonly finishAt: number
}

/** Whether the batch must stop, because too many of its items have failed. A retry counts them anew, once failed items are pending again. */
export function mustStop(batch: Batch, totals: BatchTotals): boolean {
  const { stopOnFailures: limit, isRetrying, failedBefore = 0 } = batch
  if (!limit || isRetrying || isEnding(batch)) return false
  const failed = totals.counts.failed - failedBefore
  if ('count' in limit) return failed >= limit.count
  const ended = endedOf(totals) - failedBefore
  return ended >= LEAST_FOR_SHARE && failed / ended >= limit.share
}

/** Whether nothing is left to do for it. */
export function isOver(batch: Batch, totals: BatchTotals): boolean {
  return (batch.closed !== null || isEnding(batch)) && !batch.isRetrying && unfinishedOf(totals) === 0
}

/** Items that a retry does again: failed ones that had an input, and those that a stop has kept from being tried. */
export function retryableOf({ stoppedAt }: Batch, { counts, refusedLines }: BatchTotals): number {
  return counts.failed - refusedLines + (stoppedAt === null ? 0 : counts.canceled)
}

export function withSample(samples: readonly PaceSample[], totals: BatchTotals, at: number): readonly PaceSample[] {
  return [...samples, { at, ended: endedOf(totals) }].slice(-MOST_SAMPLES)
}

/** `null` where nothing has ended lately, or nothing is left. */
export function paceOf({ samples }: Batch, totals: BatchTotals, now: number): Pace | null {
  const [oldest] = samples
  if (!oldest || now <= oldest.at) return null
  const ended = endedOf(totals) - oldest.ended
  const left = unfinishedOf(totals)
  if (ended <= 0 || left === 0) return null
  const itemsPerSecond = (ended * 1000) / (now - oldest.at)
  return { itemsPerSecond, finishAt: Math.round(now + (left * 1000) / itemsPerSecond) }
}
