import type { AssistantMessage, ToolResult } from './message.ts'
import type { Effect } from './tool.ts'
import type { Usage } from './usage.ts'

/** Why a model ended its answer. */
export type FinishReason = 'stop' | 'tool_calls' | 'length' | 'content_filter' | 'other'

/** What happens in a turn. Intents (`…started`) are recorded before the call is made, results right after it. */
export type TurnEvent = ModelCallStarted | ModelCallCompleted | ToolCallStarted | ToolCallCompleted

export interface ModelCallStarted {
  readonly type: 'model_call.started'
  readonly at: number
  /** From 1. */
  readonly iteration: number
  readonly model: string
}

export interface ModelCallCompleted {
  readonly type: 'model_call.completed'
  readonly at: number
  readonly iteration: number
  readonly message: AssistantMessage
  readonly finishReason: FinishReason
  readonly usage: Usage
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
}
