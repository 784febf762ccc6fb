import type { NamedCall } from '../agent/doubtful-calls.ts'
import type { StopReason } from '../agent/next-step.ts'
import type { TurnEvent } from '../agent/turn-event.ts'
import type { JsonValue } from '../json/json.ts'
import type { Actor } from '../tenant/actor.ts'
import { type DeliveryEvent, isDeliveryEvent } from '../callback/delivery.ts'
import { type WriteEvent, isWriteEvent } from '../write/event.ts'
import type { JobError, Wait } from './job.ts'
import type { JobOptions } from './options.ts'

/**
 * Everything that can happen to a job. The journal is the list of these, in order; all else is a fold of it. A release
 * that changes the meaning of an event gives it another type or a newer format. A server of an older release then
 * leaves the job to other servers (`known-event.ts`).
 */
export type JobEvent =
  | JobSubmitted
  | AttemptStarted
  | AttemptReleased
  | LeaseRenewed
  | TurnEvent
  | JobWaiting
  | JobResumed
  | CancelRequested
  | JobEnding
  | DeliveryEvent
  | WriteEvent

/** How journals are written (`format.ts`). The first event says the format of the whole journal; a later one may say a newer format of its own. */
export const JOURNAL_FORMAT = 1

export type JobEnding = JobCompleted | JobFailed | JobCanceled

export function isEnding(event: JobEvent): event is JobEnding {
  return event.type === 'job.completed' || event.type === 'job.failed' || event.type === 'job.canceled'
}

/** Whether the job's status is another one after this event, or may be. */
export function changesStatus({ type }: JobEvent): boolean {
  return STATUS_CHANGES.has(type)
}

const STATUS_CHANGES: ReadonlySet<JobEvent['type']> = new Set([
  'job.submitted',
  'attempt.started',
  'attempt.released',
  'job.waiting',
  'job.resumed',
  'job.completed',
  'job.failed',
  'job.canceled',
])

/** Whether the job's next wake is another one after this event, or may be; with its status it always is. */
export function movesWake(event: JobEvent): boolean {
  return changesStatus(event) || event.type === 'lease.renewed' || isDeliveryEvent(event) || isWriteEvent(event)
}

/** An event with its place in the journal, from 1 and without gaps. */
export interface StoredEvent {
  readonly seq: number
  readonly event: JobEvent
}

export interface JobSubmitted {
  readonly type: 'job.submitted'
  readonly at: number
  /** Of the whole journal (`JOURNAL_FORMAT`). */
  readonly format: number
  readonly jobId: string
  /** New with every submission: two jobs of one idempotency key, one after the other, share their id and not this. */
  readonly runId: string
  readonly tenantId: string
  readonly by: Actor
  readonly agent: string
  /** Of the agent as it was then; absent in journals of before versions. */
  readonly agentVersion?: string
  readonly input: JsonValue
  /** Members of the input that hold files, as the agent says at submission; absent where none does. */
  readonly files?: readonly string[]
  /** Not before this time. Absent where the job begins at once. */
  readonly runAt?: number
  readonly deadlineAt: number
  /** Absent where nothing was said. */
  readonly options?: JobOptions
}

export interface AttemptStarted {
  readonly type: 'attempt.started'
  readonly at: number
  readonly executorId: string
  /** Of the executor's code; `null` where nothing names it. */
  readonly release: string | null
  readonly leaseMs: number
  /** Of the agent that goes on with the job: a deploy may have changed it. */
  readonly agentVersion?: string
}

/** The executor lets go of its own accord: its process stops, or its slice of time is used up. The job is due again at once. */
export interface AttemptReleased {
  readonly type: 'attempt.released'
  readonly at: number
}

/** The executor lives, in the middle of a long call. */
export interface LeaseRenewed {
  readonly type: 'lease.renewed'
  readonly at: number
}

export interface JobWaiting {
  readonly type: 'job.waiting'
  readonly at: number
  readonly wait: Wait
}

/** What the job waited for has come from a caller. */
export interface JobResumed {
  readonly type: 'job.resumed'
  readonly at: number
  readonly by: Actor
}

export interface CancelRequested {
  readonly type: 'job.cancel_requested'
  readonly at: number
  readonly by: Actor
}

/** An end before that of the turn. */
interface CutOff {
  /** Calls of unknown outcome, for those who see this event alone; absent where there are none. The fold knows them by itself. */
  readonly unknownCalls?: readonly NamedCall[]
}

export interface JobCompleted {
  readonly type: 'job.completed'
  readonly at: number
  readonly stopReason: StopReason
  /** The answer as JSON that fits the agent's output schema; absent for an agent without one. */
  readonly output?: JsonValue
}

export interface JobFailed extends CutOff {
  readonly type: 'job.failed'
  readonly at: number
  /** Where a caller has said that the job shall fail. */
  readonly by?: Actor
  readonly error: JobError
}

export interface JobCanceled extends CutOff {
  readonly type: 'job.canceled'
  readonly at: number
}
