import type { NamedCall } from '../agent/doubtful-calls.ts'
import type { AgentReport } from '../agent/report.ts'
import type { CallCounts } from '../agent/turn.ts'
import type { TurnUsage } from '../agent/usage.ts'
import type { ErrorCode } from '../app-error.ts'
import type { JsonValue } from '../json/json.ts'
import type { TurnCost } from '../money/cost.ts'
import type { ModelSpending } from '../money/spending.ts'
import type { Actor } from '../tenant/actor.ts'
import type { Delivery } from '../callback/delivery.ts'
import type { WriteRecord } from '../write/write.ts'
import type { JobOptions } from './options.ts'

/** A job as it stands: one type per status, each with exactly its own fields. The fold of its journal (`replay.ts`). */
export type JobRecord = QueuedJob | RunningJob | WaitingJob | FinishedJob

export type FinishedJob = CompletedJob | FailedJob | CanceledJob

export const JOB_STATUSES = ['queued', 'running', 'waiting', 'completed', 'failed', 'canceled'] as const

export type JobStatus = JobRecord['status']

export interface JobFields {
  readonly id: string
  /**
   * Of the turn that this job carries out. A job that was deleted and submitted again under its idempotency key has the
   * same `id` and another `runId`. Effect keys, ETags and message ids are derived from `runId`, so they differ.
   */
  readonly runId: string
  readonly tenantId: string
  readonly agent: string
  /** Of the agent in the last attempt, or at submission before the first; `null` where it was not recorded. */
  readonly agentVersion: string | null
  readonly input: JsonValue
  readonly options: JobOptions
  /** Callback messages, oldest first. */
  readonly deliveries: readonly Delivery[]
  /** What it has written or proposed to write, in order. */
  readonly writes: readonly WriteRecord[]
  /** Executions begun so far. */
  readonly attempt: number
  /** Attempts in a row whose process died at the same calls (`strikes.ts`). */
  readonly strikes: number
  /** Attempts begun in the hour that began at `since`: how a wake that never ends would show. */
  readonly attemptsPerHour: { readonly since: number; readonly count: number }
  /** Number of the last event of its journal; every save is compare-and-set on it. */
  readonly version: number
  readonly createdAt: number
  readonly createdBy: Actor
  readonly updatedAt: number
  /** When the job fails if it is not finished. */
  readonly deadlineAt: number
  /** When the first attempt began; `null` until then. */
  readonly startedAt: number | null
  /** When a caller requested the cancellation; no call begins after that. */
  readonly cancelRequestedAt: number | null
  readonly cancelRequestedBy: Actor | null
  readonly receipt: Receipt
}

export interface QueuedJob extends JobFields {
  readonly status: 'queued'
  /** Not before this time. */
  readonly runAt: number
}

export interface RunningJob extends JobFields {
  readonly status: 'running'
  readonly lease: Lease
}

/** Neither executed nor finished: `wait` says who or what can move it on. It holds no lease and no connection. */
export interface WaitingJob extends JobFields {
  readonly status: 'waiting'
  readonly wait: Wait
}

export type Wait =
  /** Time moves it on. */
  | { readonly reason: 'retry'; readonly until: number; readonly error: JobError }
  /** The servers that have looked at it since then do not know its agent: time moves it on, to one that does. */
  | { readonly reason: 'unknown_agent'; readonly since: number; readonly until: number }
  /** A caller must resolve these calls (`application/job/resolve-call.ts`). */
  | { readonly reason: 'outcome_unknown'; readonly calls: readonly WaitingCall[] }
  /** A person must allow or reject these calls, the same way; until then, where one of them has a time limit. */
  | { readonly reason: 'approval'; readonly calls: readonly ApprovalCall[]; readonly until?: number }

export interface WaitingCall extends NamedCall {
  readonly input: JsonValue
  readonly startedAt: number
}

export interface ApprovalCall extends NamedCall {
  readonly input: JsonValue
  readonly since: number
  /** When it counts as rejected. */
  readonly expiresAt?: number
}

/** What the job has done, and used, so far. */
export interface Receipt extends CallCounts {
  readonly usage: TurnUsage
  readonly cost: TurnCost
  /** All that by model. */
  readonly spending: readonly ModelSpending[]
}

interface FinishedFields extends JobFields {
  readonly finishedAt: number
}

export interface CompletedJob extends FinishedFields {
  readonly status: 'completed'
  readonly report: AgentReport
}

/** Of a job that ended before its turn did. */
interface CutOffFields extends FinishedFields {
  /** `once` calls that were begun and of which no outcome is recorded: each may have had its effect. */
  readonly unknownCalls: readonly WaitingCall[]
}

export interface FailedJob extends CutOffFields {
  readonly status: 'failed'
  readonly error: JobError
}

export interface CanceledJob extends CutOffFields {
  readonly status: 'canceled'
}

/** The right of one executor to carry out a job, until `expiresAt`; renewing it is an event. */
export interface Lease {
  readonly executorId: string
  readonly release: string | null
  /** When the attempt began. */
  readonly since: number
  readonly durationMs: number
  readonly expiresAt: number
}

/** Why a job failed, in words that are safe for the caller. */
export interface JobError {
  readonly code: ErrorCode
  readonly message: string
}

export function isFinished(job: JobRecord): job is FinishedJob {
  return job.status === 'completed' || job.status === 'failed' || job.status === 'canceled'
}
