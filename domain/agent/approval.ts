import type { JsonValue } from '../json/json.ts'
import type { AssistantMessage, ToolCall } from './message.ts'

/** A call of the last answer that a person must allow before it is made. */
export interface CallApproval {
  readonly callId: string
  /** When it was asked for. */
  readonly since: number
  /** When it counts as rejected; `null` where it waits as long as the job may. */
  readonly expiresAt: number | null
  readonly isGiven: boolean
}

/** A call that waits for a person. */
export interface PendingApproval {
  readonly call: ToolCall
  readonly since: number
  readonly expiresAt: number | null
}

/** The answer with the input that a person has put in place of the model's: the model goes on from what is really done. */
export function withInput(answer: AssistantMessage, callId: string, input: JsonValue): AssistantMessage {
  const parts = answer.parts.map((part) =>
    part.type === 'tool_call' && part.id === callId ? { ...part, input } : part,
  )
  return { ...answer, parts }
}
