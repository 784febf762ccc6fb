import type { Agent } from './agent.ts'
import type { ToolCall } from './message.ts'
import type { FinishReason } from './turn-event.ts'
import type { PendingApproval } from './approval.ts'
import type { Turn } from './turn.ts'
import { type UnknownCall, pendingApprovals, unfinishedCalls, unknownCalls } from './open-calls.ts'

/**
 * Why a turn ended.
 * `finished`: the model gave its answer. `max_iterations`: the agent's limit was reached and the last tool results were not answered.
 * `length`: the model ran out of output tokens. `content_filter`: the provider withheld the rest.
 * `other`: the provider ended the answer for a reason that is not known; its word is in the journal (`rawFinishReason`).
 */
export type StopReason = 'finished' | EarlyStop

/** Reasons that leave the turn without a whole answer. */
export const EARLY_STOPS = ['max_iterations', 'length', 'content_filter', 'other'] as const
export type EarlyStop = (typeof EARLY_STOPS)[number]

export type Step =
  | { readonly kind: 'call_model'; readonly iteration: number }
  | { readonly kind: 'call_tools'; readonly calls: readonly PlannedCall[] }
  | Halt
  | { readonly kind: 'finish'; readonly stopReason: StopReason }

/** The turn waits for a person. */
export type Halt =
  /** Who says what became of these calls. */
  | { readonly kind: 'await'; readonly calls: readonly UnknownCall[] }
  /** Who allows or rejects these calls. */
  | { readonly kind: 'await_approval'; readonly calls: readonly PendingApproval[] }

export interface PlannedCall {
  readonly call: ToolCall
  /** Its intent stands in the journal already: an earlier attempt began it, and it may safely be run again. */
  readonly resumed: boolean
}

/** The whole agent loop as one decision. `application/agent/run-turn.ts` carries it out and asks again. */
export function nextStep(turn: Turn, agent: Pick<Agent, 'maxIterations'>): Step {
  if (turn.messages.at(-1)?.role !== 'assistant') {
    // An author counts the calls of a turn that goes well; corrections come on top.
    if (turn.iterations - turn.corrections >= agent.maxIterations)
      return { kind: 'finish', stopReason: 'max_iterations' }
    return { kind: 'call_model', iteration: turn.iterations + 1 }
  }
  const unfinished = unfinishedCalls(turn)
  if (unfinished.length === 0) return { kind: 'finish', stopReason: stopReasonFor(turn.finishReason) }
  const opened = new Map(turn.openCalls.map((open) => [open.callId, open]))
  const pending = pendingApprovals(turn)
  const isPending = new Set(pending.map(({ call }) => call.id))
  const calls = unfinished.filter((call) => opened.get(call.id)?.effect !== 'once' && !isPending.has(call.id))
  if (calls.length === 0) {
    const unknown = unknownCalls(turn)
    return unknown.length > 0 ? { kind: 'await', calls: unknown } : { kind: 'await_approval', calls: pending }
  }
  return { kind: 'call_tools', calls: calls.map((call) => ({ call, resumed: opened.has(call.id) })) }
}

function stopReasonFor(reason: FinishReason | null): StopReason {
  return reason === null || reason === 'stop' || reason === 'tool_calls' ? 'finished' : reason
}
