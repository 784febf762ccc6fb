import type { JsonValue } from '../json/json.ts'
import type { Actor } from '../tenant/actor.ts'
import type { AssistantMessage, ToolResult } from './message.ts'
import type { Effect } from './tool.ts'
import type { Usage } from './usage.ts'

/** Why a model ended its answer. `other`: for a reason that is not known, or that the provider did not give. */
export type FinishReason = 'stop' | 'tool_calls' | 'length' | 'content_filter' | 'other'

/** What happens in a turn. Intents (`…started`) are recorded before the call is made, results right after it. */
export type TurnEvent =
  | ModelCallStarted
  | ModelCallCompleted
  | ModelCallFailed
  | ModelSwitched
  | OutputRefused
  | ApprovalRequested
  | ToolCallApproved
  | ToolCallStarted
  | ToolCallCompleted
  | ToolCallReopened

export interface ModelCallStarted {
  readonly type: 'model_call.started'
  readonly at: number
  /** From 1. */
  readonly iteration: number
  readonly model: string
  /** What a function has made of the input: with the first call of a turn, for all of its calls. */
  readonly instructions?: string
}

export interface ModelCallCompleted {
  readonly type: 'model_call.completed'
  readonly at: number
  readonly iteration: number
  readonly message: AssistantMessage
  readonly finishReason: FinishReason
  /** The provider's own word for it, where it has one. */
  readonly rawFinishReason?: string
  readonly usage: Usage
  /** Nano-dollars at the price of that time; absent where it was not known, and in journals of before prices. */
  readonly costNanos?: number
}

/** The call brought no answer. It is made again where that may help; otherwise the job fails. */
export interface ModelCallFailed {
  readonly type: 'model_call.failed'
  readonly at: number
  readonly iteration: number
  readonly message: string
  /** Tokens that it has cost all the same, where the provider says so. */
  readonly usage?: Usage
  /** As of a call that was answered. */
  readonly costNanos?: number
}

/** The turn leaves its model for the next of the agent's fallback models, and does not return. */
export interface ModelSwitched {
  readonly type: 'model.switched'
  readonly at: number
  readonly from: string
  readonly to: string
  /** `refused`: waiting does not mend it. `failures`: it has failed too often in a row. */
  readonly reason: 'refused' | 'failures'
}

/** The answer does not fit the agent's output schema, and goes back to the model with what is wrong. */
export interface OutputRefused {
  readonly type: 'output.refused'
  readonly at: number
  readonly problems: readonly string[]
}

/** The call waits until a person allows it. Recorded, so that no later release makes it unasked. */
export interface ApprovalRequested {
  readonly type: 'tool_call.approval_requested'
  readonly at: number
  readonly callId: string
  readonly name: string
  /** When it counts as rejected; absent where nothing limits it. */
  readonly expiresAt?: number
}

/** A person has allowed the call, with its own input or with another. */
export interface ToolCallApproved {
  readonly type: 'tool_call.approved'
  readonly at: number
  readonly callId: string
  readonly input?: JsonValue
  readonly by: Actor
}

export interface ToolCallStarted {
  readonly type: 'tool_call.started'
  readonly at: number
  readonly callId: string
  readonly name: string
  /** `null` when the model asked for a tool that the agent does not have. */
  readonly effect: Effect | null
}

export interface ToolCallCompleted {
  readonly type: 'tool_call.completed'
  readonly at: number
  readonly result: ToolResult
  /**
   * The source of the result: the call itself, or a person. After an interruption it is the tool's probe, or the
   * dispatch log of the process that made the call. `time_limit`: the call was given up at its time limit, and its
   * outcome is unknown. `rejection`: the call was never made, for a person did not allow it (`by`), or none did in time.
   */
  readonly toldBy: 'call' | 'time_limit' | 'probe' | 'dispatch_log' | 'caller' | 'rejection'
  /** The caller; absent for the others. */
  readonly by?: Actor
  /** What a write of the job has left there, where that is known: an undo expects it. The model does not see it. */
  readonly stored?: JsonValue
}

/** An interrupted call turned out not to have happened: it may be made. */
export interface ToolCallReopened {
  readonly type: 'tool_call.reopened'
  readonly at: number
  readonly callId: string
  /** Who knows: the tool's probe, the dispatch log of the process that was to make the call, or a person. */
  readonly toldBy: 'probe' | 'dispatch_log' | 'caller'
  /** The caller; absent for the others. */
  readonly by?: Actor
}

const TURN_EVENTS = ['model_call.', 'model.', 'tool_call.', 'output.']

export function isTurnEvent(event: { readonly type: string }): event is TurnEvent {
  return TURN_EVENTS.some((prefix) => event.type.startsWith(prefix))
}
