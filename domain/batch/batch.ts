import type { DeliveryState } from '../callback/delivery.ts'
import type { RecordKind, Stored } from '../record/kind.ts'
import type { WriteMode } from '../write/write.ts'
import type { Actor } from '../tenant/actor.ts'
import type { BatchControl, BatchTotals } from './item.ts'

/** Something that a caller did to a batch. */
export interface ByCaller {
  readonly at: number
  readonly by: Actor
}

/** When a batch stops because too many of its items have failed. */
export type FailureLimit = { readonly count: number } | { readonly share: number }

export const BATCH_EVENTS = ['batch.completed', 'batch.stopped', 'batch.canceled', 'batch.idle'] as const

export type BatchEvent = (typeof BATCH_EVENTS)[number]

/**
 * Many items for one agent, each of which becomes a job. The items and their counts are kept apart from this record
 * (`ports/batch-items.ts`), so that neither an upload nor the end of a job changes it.
 */
export interface Batch extends Stored {
  readonly agent: string
  readonly name: string | null
  /** The member of an input that is the item's key where a line names none. */
  readonly itemKey: string | null
  /** Most jobs of this batch that are unfinished at once. */
  readonly maxConcurrency: number
  readonly stopOnFailures: FailureLimit | null
  readonly skipUnchanged: boolean
  /** Of each of its jobs; absent where the agent says. */
  readonly writes?: WriteMode
  /** Of each of its jobs. */
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  /** How long the batch and its jobs are kept after their ends. */
  readonly retainMs: number
  readonly callbackUrl: string | null
  readonly closed: ByCaller | null
  readonly paused: ByCaller | null
  readonly canceled: ByCaller | null
  /** When too many items had failed. */
  readonly stoppedAt: number | null
  /** Of the last retry of failed items; see `ItemKey.round`. */
  readonly round: number
  /** Failed items of earlier rounds are to become pending. */
  readonly isRetrying: boolean
  /** Items that had failed before this round, and stay so: lines that could not be read. Absent in the first round. */
  readonly failedBefore?: number
  readonly finishedAt: number | null
  /** Where the check for jobs that have ended unnoticed goes on. */
  readonly checkedTo: number
  /** Progress at some earlier times, oldest first: from these the pace is known. */
  readonly samples: readonly PaceSample[]
  readonly deliveries: readonly BatchDelivery[]
  /** When it next needs attention. */
  readonly wakeAt: number
  readonly createdAt: number
  readonly createdBy: Actor
  /** Of the request, if it came with an idempotency key. */
  readonly fingerprint: string | null
}

export interface PaceSample {
  readonly at: number
  /** Items that had ended. */
  readonly ended: number
}

/** A message about the batch, with the totals that it says. */
export interface BatchDelivery extends DeliveryState {
  readonly event: BatchEvent
  readonly totals: BatchTotals
}

/** Its wake is a field, because when it comes depends on its items too. */
export const BATCH = {
  name: 'batch',
  prefix: 'bat',
  format: 1,
  nextWakeAt: ({ wakeAt }) => wakeAt,
} as const satisfies RecordKind<Batch>

export type BatchStatus = 'open' | 'running' | 'paused' | 'completed' | 'stopped' | 'canceled'

export function statusOf(batch: Batch): BatchStatus {
  if (batch.canceled) return 'canceled'
  if (batch.stoppedAt !== null) return 'stopped'
  if (batch.finishedAt !== null) return 'completed'
  if (batch.paused) return 'paused'
  return batch.closed ? 'running' : 'open'
}

/** Whether no more of its items become jobs. */
export function isEnding({ canceled, stoppedAt }: Batch): boolean {
  return canceled !== null || stoppedAt !== null
}

/** Whether a message to its callback is tried no more, though its receiver has not refused it (410). */
export function hasFailedCallback({ deliveries }: Batch): boolean {
  return deliveries.some(({ status }) => status === 'failed')
}

/** Whether its items are being deleted: it is kept no longer, and callers must not see a part of it. */
export function isBeingDeleted({ finishedAt, retainMs }: Batch): boolean {
  return finishedAt !== null && retainMs === 0
}

/** What its items must know of it. */
export function controlOf(batch: Batch): BatchControl {
  const { closed, paused, finishedAt, maxConcurrency, version } = batch
  const mayBegin = !isEnding(batch) && paused === null && finishedAt === null
  return { isClosed: closed !== null || isEnding(batch), window: mayBegin ? maxConcurrency : 0, version }
}
