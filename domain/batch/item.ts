import type { JsonValue } from '../json/json.ts'
import type { ErrorCode } from '../app-error.ts'
import type { StopReason } from '../agent/next-step.ts'

/**
 * - `pending`: not a job yet.
 * - `running`: a job that is not finished.
 * - `skipped`: nothing was done, because an earlier item with the same contents has completed.
 */
export const ITEM_STATUSES = ['pending', 'running', 'completed', 'failed', 'canceled', 'skipped'] as const

export type ItemStatus = (typeof ITEM_STATUSES)[number]

/** The statuses that an item keeps, unless a caller retries it. */
export type EndedStatus = Exclude<ItemStatus, 'pending' | 'running'>

/** Why an item failed, in words that are safe for the caller. */
export interface ItemProblem {
  readonly code: ErrorCode
  readonly message: string
  /** Of a refused line: the key that it gives. The item does not hold it, so a corrected line may. */
  readonly key?: string
}

/** One job of one round. The id of the job is derived from it, so an item can be submitted any number of times. */
export interface ItemKey {
  /** From 1, in the order of the upload. */
  readonly line: number
  /** 0, and one more with each retry of the batch. */
  readonly round: number
}

/** What a database can hold and find again: no control characters, and no halves of characters. */
const VISIBLE = /^[^\u0000-\u001f\u007f\ud800-\udfff]+$/u
export const MOST_KEY_CHARACTERS = 256

/** Whether the caller may name an item so. */
export function isItemKey(text: string): boolean {
  return text.length <= MOST_KEY_CHARACTERS && VISIBLE.test(text)
}

/** A line of an upload, as it is stored. */
export interface NewItem {
  readonly status: 'pending' | 'failed' | 'skipped'
  /** The caller's own id of the item; unique in its batch. */
  readonly key: string | null
  /** `null` as well for a line that could not be read. */
  readonly input: JsonValue
  readonly metadata: Readonly<Record<string, string>>
  /** Equal for items that would do the same work; `null` where the batch does not ask for that. */
  readonly contentKey: string | null
  /** Of a failed item. */
  readonly problem: ItemProblem | null
  /** Of a skipped item: the job that did its work earlier. */
  readonly doneBy: string | null
}

export interface BatchItem extends ItemKey, Omit<NewItem, 'status'> {
  readonly status: ItemStatus
  /** Of a completed item: why its job ended. `null` as well where it completed before this was kept. */
  readonly stopReason: StopReason | null
  /** When it became a job (epoch ms). */
  readonly takenAt: number | null
  readonly endedAt: number | null
}

/** What jobs of items have used, also by failed calls, and what that cost. */
export interface ItemUse {
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  readonly costNanos: number
  readonly unpricedCalls: number
}

export const NO_USE: ItemUse = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  costNanos: 0,
  unpricedCalls: 0,
}

/** How the job of an item ended. */
export interface ItemEnd extends ItemKey, ItemUse {
  readonly status: EndedStatus
  /** Of a completed job. */
  readonly stopReason: StopReason | null
  readonly problem: ItemProblem | null
  readonly at: number
}

export type ItemCounts = Readonly<Record<ItemStatus, number>>

/** What is known of all items of a batch without reading them. */
export interface BatchTotals extends ItemUse {
  /** Lines that the batch has; an upload goes on from here. */
  readonly next: number
  readonly isClosed: boolean
  /** Most jobs that may be unfinished at once; 0 while nothing may begin. */
  readonly window: number
  readonly counts: ItemCounts
  /** Failed items that never become jobs: their lines could not be read, or could not be items. No retry changes them. */
  readonly refusedLines: number
  /** Completed items whose answer is not whole. */
  readonly earlyStops: number
  /** When lines came last (epoch ms); the creation of the batch before the first. */
  readonly lastItemAt: number
}

/** What a version of the batch says to its items. */
export interface BatchControl extends Pick<BatchTotals, 'isClosed' | 'window'> {
  readonly version: number
}

/** Items that have not ended. */
export function unfinishedOf({ counts }: Pick<BatchTotals, 'counts'>): number {
  return counts.pending + counts.running
}

export function endedOf({ counts }: Pick<BatchTotals, 'counts'>): number {
  return counts.completed + counts.failed + counts.canceled + counts.skipped
}
