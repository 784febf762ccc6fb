import type { JsonValue } from '../json/json.ts'
import type { Actor } from '../tenant/actor.ts'
import type { WriteFlag } from './write.ts'

/**
 * What happens to the writes of a job. `callId` is the tool call that a write comes from. The call's result ends a write
 * that the job itself makes.
 */
export type WriteEvent =
  | WriteProposed
  | WriteBegun
  | WriteApproved
  | WriteRejected
  | WriteRequested
  | WriteStarted
  | WriteDeferred
  | WriteEnded

interface OfWrite {
  readonly at: number
  readonly callId: string
}

interface NewWrite extends OfWrite {
  readonly tool: string
  readonly target: string
  readonly before: JsonValue
  readonly after: JsonValue
  /** Absent where there are none. */
  readonly flags?: readonly WriteFlag[]
}

/** Nothing is changed until a person approves it and has it applied. */
export interface WriteProposed extends NewWrite {
  readonly type: 'write.proposed'
}

/** The job is about to make the write: the intent of it. */
export interface WriteBegun extends NewWrite {
  readonly type: 'write.begun'
}

export interface WriteApproved extends OfWrite {
  readonly type: 'write.approved'
  readonly by: Actor
  /** What a person has put in place of the model's. */
  readonly after?: JsonValue
  /** Of that; absent where there are none. */
  readonly flags?: readonly WriteFlag[]
}

export interface WriteRejected extends OfWrite {
  readonly type: 'write.rejected'
  readonly by: Actor
  readonly reason?: string
}

/** A caller asked for it; it is carried out afterwards. */
export interface WriteRequested extends OfWrite {
  readonly type: 'write.requested'
  readonly action: 'apply' | 'undo'
  readonly by: Actor
}

/** The intent of one try. */
export interface WriteStarted extends OfWrite {
  readonly type: 'write.started'
  readonly executorId: string
  /** Until then it is this executor's alone, where several share a store. */
  readonly until: number
}

/** The try failed, and it is tried again. */
export interface WriteDeferred extends OfWrite {
  readonly type: 'write.deferred'
  readonly problem: string
  readonly nextAt: number
}

export interface WriteEnded extends OfWrite {
  readonly type: 'write.ended'
  readonly outcome: WriteOutcome
  /** Absent where all went well. */
  readonly problem?: string
  /** What was there, where it was stale. */
  readonly found?: JsonValue
  /** What is there after an apply, where that was found or the answer to the write says it. */
  readonly stored?: JsonValue
}

export type WriteOutcome = 'applied' | 'undone' | 'stale' | 'failed'

export function isWriteEvent(event: { readonly type: string }): event is WriteEvent {
  return event.type.startsWith('write.')
}
