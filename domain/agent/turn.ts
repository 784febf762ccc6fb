import type { JsonValue } from '../json.ts'
import type { Agent } from './agent.ts'
import {
  type AssistantMessage,
  type Message,
  type ToolCall,
  type ToolResult,
  toolCallsOf,
  userMessage,
} from './message.ts'
import type { FinishReason, TurnEvent } from './turn-event.ts'
import { NO_USAGE, type Usage, addUsage } from './usage.ts'

/** Where a turn stands: the fold of its input and its events. Plain data, so a crashed turn goes on from its journal. */
export interface Turn {
  readonly messages: readonly Message[]
  /** `provider/model` of the last model call; empty before the first. */
  readonly model: string
  readonly usage: Usage
  /** Finished model calls. */
  readonly iterations: number
  /** Why the model ended its last answer; `null` before the first. */
  readonly finishReason: FinishReason | null
  /** Calls of the last answer whose intent is recorded. */
  readonly startedCalls: readonly string[]
  /** Results so far of the last answer's calls, as long as some are missing. */
  readonly partialResults: readonly ToolResult[]
}

export function startTurn(input: JsonValue): Turn {
  return {
    messages: [userMessage(input)],
    model: '',
    usage: NO_USAGE,
    iterations: 0,
    finishReason: null,
    startedCalls: [],
    partialResults: [],
  }
}

export function applyTurnEvent(turn: Turn, event: TurnEvent): Turn {
  switch (event.type) {
    case 'model_call.started':
      return { ...turn, model: event.model }
    case 'model_call.completed':
      return {
        ...turn,
        messages: [...turn.messages, event.message],
        usage: addUsage(turn.usage, event.usage),
        iterations: turn.iterations + 1,
        finishReason: event.finishReason,
        startedCalls: [],
        partialResults: [],
      }
    case 'tool_call.started':
      return { ...turn, startedCalls: [...turn.startedCalls, event.callId] }
    case 'tool_call.completed':
      return applyResult(turn, event.result)
  }
}

function applyResult(turn: Turn, result: ToolResult): Turn {
  const results = [...turn.partialResults, result]
  const calls = toolCallsOf(lastAnswer(turn))
  if (results.length < calls.length) return { ...turn, partialResults: results }
  // In the order of the calls, not of their finishing: the same transcript whatever the timing.
  const inOrder = calls.flatMap((call) => results.filter((other) => other.callId === call.id))
  return { ...turn, messages: [...turn.messages, { role: 'tool', results: inOrder }], partialResults: [] }
}

/** @throws {RangeError} when no model call has finished, which no journal of ours can show. */
function lastAnswer(turn: Turn): AssistantMessage {
  const last = turn.messages.at(-1)
  if (last?.role !== 'assistant')
    throw new RangeError('A tool result was recorded without a model answer that asked for it.')
  return last
}

/**
 * Why a turn ended.
 * `finished`: the model gave its answer. `max_iterations`: the agent's limit was reached and the last tool results were not answered.
 * `length`: the model ran out of output tokens. `content_filter`: the provider withheld the rest.
 */
export type StopReason = 'finished' | 'max_iterations' | 'length' | 'content_filter'

export type Step =
  | { readonly kind: 'call_model'; readonly iteration: number }
  | { readonly kind: 'call_tools'; readonly calls: readonly PlannedCall[] }
  | { readonly kind: 'finish'; readonly stopReason: StopReason }

export interface PlannedCall {
  readonly call: ToolCall
  /** Its intent stands in the journal without a result: an earlier attempt may have run it, wholly or in part. */
  readonly interrupted: boolean
}

/** The whole agent loop as one decision. `application/run-turn.ts` carries it out and asks again. */
export function nextStep(turn: Turn, agent: Pick<Agent, 'maxIterations'>): Step {
  const last = turn.messages.at(-1)
  if (last?.role === 'assistant') {
    const done = new Set(turn.partialResults.map((result) => result.callId))
    const open = toolCallsOf(last).filter((call) => !done.has(call.id))
    if (open.length === 0) return { kind: 'finish', stopReason: stopReasonFor(turn.finishReason) }
    const calls = open.map((call) => ({ call, interrupted: turn.startedCalls.includes(call.id) }))
    return { kind: 'call_tools', calls }
  }
  if (turn.iterations >= agent.maxIterations) return { kind: 'finish', stopReason: 'max_iterations' }
  return { kind: 'call_model', iteration: turn.iterations + 1 }
}

function stopReasonFor(reason: FinishReason | null): StopReason {
  return reason === 'length' || reason === 'content_filter' ? reason : 'finished'
}
