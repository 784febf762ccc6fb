import type { JobCursor, JobFilter } from '../job/filter.ts'
import { type JobStatus, JOB_STATUSES } from '../job/job.ts'
import { type Resolution, isDecision } from '../job/resolution.ts'
import type { RecordKind } from '../record/kind.ts'
import type { Actor } from '../tenant/actor.ts'
import { DAY_MS } from '../time/duration.ts'

/** What can be done to many jobs at once. */
export const OPERATION_ACTIONS = ['cancel', 'retry', 'resolve', 'delete'] as const

export type OperationAction = (typeof OPERATION_ACTIONS)[number]

/** What becomes of calls of unknown outcome in many jobs at once. */
export interface BulkResolution {
  readonly resolution: Resolution
  /** Only calls of this tool; `null` for every tool. */
  readonly tool: string | null
}

/** Something done to every job of a tenant that fits a filter, a slice at a time; it survives what jobs survive. */
export interface Operation {
  readonly id: string
  readonly tenantId: string
  readonly action: OperationAction
  /** Of `resolve` alone. */
  readonly resolve: BulkResolution | null
  readonly filter: JobFilter
  readonly status: 'running' | 'completed'
  /** How many jobs fitted at the start. */
  readonly total: number
  /** Jobs it was done to; of `delete`, also those that were gone when it came to them. */
  readonly done: number
  /** Jobs it could not be done to, such as those that had moved on. */
  readonly skipped: number
  /** The slice in hand: written down before anything is done, so that what was cut off is done again and counted once. */
  readonly slice: readonly string[]
  /** Where the next slice begins; `null` before the first. */
  readonly cursor: JobCursor | null
  /** No job lies beyond the slice in hand. */
  readonly last: boolean
  readonly createdAt: number
  readonly createdBy: Actor
  readonly updatedAt: number
  readonly finishedAt: number | null
  readonly version: number
  /** Of the request, if it came with an idempotency key. */
  readonly fingerprint: string | null
}

/** How long a completed operation can be asked for. */
export const OPERATION_KEPT_MS = 30 * DAY_MS

/** A slice is due as soon as the one before it is stored; so the operations of one tenant take turns. */
export const OPERATION = {
  name: 'operation',
  prefix: 'op',
  format: 1,
  nextWakeAt: ({ updatedAt, finishedAt }) => (finishedAt === null ? updatedAt : finishedAt + OPERATION_KEPT_MS),
} as const satisfies RecordKind<Operation>

const POSSIBLE: Readonly<Record<OperationAction, readonly JobStatus[]>> = {
  cancel: ['queued', 'running', 'waiting'],
  retry: ['failed', 'canceled'],
  resolve: ['waiting', 'failed', 'canceled'],
  delete: ['completed', 'failed', 'canceled'],
}

/** The statuses in which something can be done to a job at all. */
export function statusesFor(
  { action, resolve }: Pick<Operation, 'action' | 'resolve'>,
  wanted: readonly JobStatus[] = [],
): readonly JobStatus[] {
  // A job that has ended cannot fail any more, and waits for no approval.
  const isOfWaiting = resolve && (resolve.resolution.outcome === 'fail' || isDecision(resolve.resolution))
  const possible = isOfWaiting ? (['waiting'] as const) : POSSIBLE[action]
  const asked = wanted.length > 0 ? wanted : action === 'retry' ? (['failed'] as const) : JOB_STATUSES
  return possible.filter((status) => asked.includes(status))
}
