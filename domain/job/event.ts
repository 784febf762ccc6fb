import type { StopReason } from '../agent/turn.ts'
import type { TurnEvent } from '../agent/turn-event.ts'
import type { JsonValue } from '../json.ts'
import type { JobError } from './job.ts'

/** Everything that can happen to a job. The journal is the list of these, in order; all else is a fold of it. */
export type JobEvent = JobSubmitted | AttemptStarted | TurnEvent | JobCompleted | JobFailed

/** An event with its place in the journal, from 1 and without gaps. */
export interface StoredEvent {
  readonly seq: number
  readonly event: JobEvent
}

export interface JobSubmitted {
  readonly type: 'job.submitted'
  readonly at: number
  readonly jobId: string
  readonly tenantId: string
  readonly agent: string
  readonly input: JsonValue
}

export interface AttemptStarted {
  readonly type: 'attempt.started'
  readonly at: number
  readonly executorId: string
  readonly leaseMs: number
}

export interface JobCompleted {
  readonly type: 'job.completed'
  readonly at: number
  readonly stopReason: StopReason
}

export interface JobFailed {
  readonly type: 'job.failed'
  readonly at: number
  readonly error: JobError
}
