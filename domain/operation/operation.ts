import type { JobCursor, JobFilter } from '../job/filter.ts'
import { type JobStatus, JOB_STATUSES } from '../job/job.ts'
import { type Resolution, isDecision } from '../job/resolution.ts'
import type { RecordKind } from '../record/kind.ts'
import type { Actor } from '../tenant/actor.ts'
import { DAY_MS } from '../time/duration.ts'
import type { DecisionAction, WriteDecision } from '../write/decide.ts'
import type { ProposalFilter } from '../write/filter.ts'

/** What can be done to many jobs at once. */
export const JOB_ACTIONS = ['cancel', 'retry', 'resolve', 'delete'] as const

export type JobAction = (typeof JOB_ACTIONS)[number]

export type OperationAction = JobAction | DecisionAction

/** What is decided about many proposals at once. */
export interface BulkDecision {
  readonly decision: WriteDecision
  readonly filter: ProposalFilter
}

/** What becomes of calls of unknown outcome in many jobs at once. */
export interface BulkResolution {
  readonly resolution: Resolution
  /** Only calls of this tool; `null` for every tool. */
  readonly tool: string | null
}

/** Something done to every job or proposal of a tenant that fits a filter, a slice at a time; it survives what jobs survive. */
export interface Operation {
  readonly id: string
  readonly tenantId: string
  readonly action: OperationAction
  /** Of `resolve` alone. */
  readonly resolve: BulkResolution | null
  /** Of an action on jobs. */
  readonly filter: JobFilter
  /** Of an action on proposals; absent of one on jobs. */
  readonly decide?: BulkDecision
  readonly status: 'running' | 'completed'
  /** How many fitted at the start. */
  readonly total: number
  /** How many it was done to; of `delete`, also jobs that were gone when it came to them. */
  readonly done: number
  /** How many it could not be done to, such as those that had moved on. */
  readonly skipped: number
  /** The slice in hand: written down before anything is done, so that what was cut off is done again and counted once. */
  readonly slice: readonly string[]
  /** Where the next slice begins; `null` before the first. */
  readonly cursor: JobCursor | null
  /** Nothing lies beyond the slice in hand. */
  readonly last: boolean
  /** Epoch ms: what jobs were, did or asked after it is not meant. Absent where that is `createdAt`. */
  readonly asOf?: number
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
  // 2: decisions about proposals, which an older release would take for done.
  format: 2,
  nextWakeAt: ({ updatedAt, finishedAt }) => (finishedAt === null ? updatedAt : finishedAt + OPERATION_KEPT_MS),
} as const satisfies RecordKind<Operation>

const POSSIBLE: Readonly<Record<JobAction, readonly JobStatus[]>> = {
  cancel: ['queued', 'running', 'waiting'],
  retry: ['failed', 'canceled'],
  resolve: ['waiting', 'failed', 'canceled'],
  delete: ['completed', 'failed', 'canceled'],
}

/** The statuses in which something can be done to a job at all. */
export function statusesFor(
  { action, resolve }: { readonly action: JobAction; readonly resolve: BulkResolution | null },
  wanted: readonly JobStatus[] = [],
): readonly JobStatus[] {
  // A job that has ended cannot fail any more, and waits for no approval.
  const isOfWaiting = resolve && (resolve.resolution.outcome === 'fail' || isDecision(resolve.resolution))
  const possible = isOfWaiting ? (['waiting'] as const) : POSSIBLE[action]
  const asked = wanted.length > 0 ? wanted : action === 'retry' ? (['failed'] as const) : JOB_STATUSES
  return possible.filter((status) => asked.includes(status))
}
