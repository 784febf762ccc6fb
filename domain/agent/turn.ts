import { type JsonValue, jsonBytes } from '../json/json.ts'
import { type AssistantMessage, type Message, type ToolResult, toolCallsOf, userMessage } from './message.ts'
import type { Effect } from './tool.ts'
import type {
  ApprovalRequested,
  FinishReason,
  ModelCallCompleted,
  ModelCallFailed,
  OutputRefused,
  ToolCallApproved,
  ToolCallCompleted,
  ToolCallStarted,
  TurnEvent,
} from './turn-event.ts'
import { correctionOf } from './output.ts'
import { type CallApproval, withInput } from './approval.ts'
import { NO_TURN_USAGE, type TurnUsage, type Usage, addUsage } from './usage.ts'

/** Where a turn stands: the fold of its input and its events. Plain data, so a crashed turn goes on from its journal. */
export interface Turn {
  readonly messages: readonly Message[]
  /** What the messages and results so far take up in storage. */
  readonly bytes: number
  /** `provider/model` of the last model call; empty before the first. */
  readonly model: string
  readonly usage: TurnUsage
  /** Finished model calls. */
  readonly iterations: number
  /** Answers that went back to the model, for they did not fit the agent's output schema. */
  readonly corrections: number
  readonly calls: CallCounts
  /** Model calls in a row that failed. */
  readonly failures: number
  /** When the first of them failed: since then the model has been away. `null` where the last call was answered. */
  readonly failingSince: number | null
  /** Of these failures, those that were paid for: an answer came, and could not be used. */
  readonly paidFailures: number
  /** Whether a model call was begun of which nothing is known since. */
  readonly modelCallOpen: boolean
  /** Why the model ended its last answer; `null` before the first. */
  readonly finishReason: FinishReason | null
  /** Of the last answer's calls, those that a person was asked to allow. */
  readonly approvals: readonly CallApproval[]
  /** Calls of the last answer that were begun and have no result yet. */
  readonly openCalls: readonly OpenCall[]
  /** `once` calls whose result says only that their time was up: each may have had its effect, or still have it. */
  readonly timedOutCalls: readonly OpenCall[]
  /** Results so far of the last answer's calls, as long as some are missing. */
  readonly partialResults: readonly ToolResult[]
}

export interface OpenCall {
  readonly callId: string
  /** As it was declared when the call was begun: a deploy since cannot make an unsafe call safe. */
  readonly effect: Effect | null
  readonly startedAt: number
  /** The executor that began it; `null` in a sync run. */
  readonly executorId: string | null
}

/** What a turn has done. */
export interface CallCounts {
  /** Begun, with any outcome. */
  readonly modelCalls: number
  /** Begun and refused, or answered with nothing usable. */
  readonly failedModelCalls: number
  /** Cut off with their process and made again: paid for nothing. */
  readonly wastedModelCalls: number
  /** Begun; a call that was made again after an interruption counts once. */
  readonly toolCalls: number
  /** When the last call began: never after a request to cancel the job. `null` before the first call. */
  readonly lastCallAt: number | null
}

export function startTurn(input: JsonValue): Turn {
  const first = userMessage(input)
  return {
    messages: [first],
    // As it is stored: the message is made of it, and quotes it once more.
    bytes: jsonBytes(input),
    model: '',
    usage: NO_TURN_USAGE,
    iterations: 0,
    corrections: 0,
    calls: { modelCalls: 0, failedModelCalls: 0, wastedModelCalls: 0, toolCalls: 0, lastCallAt: null },
    failures: 0,
    failingSince: null,
    paidFailures: 0,
    modelCallOpen: false,
    finishReason: null,
    approvals: [],
    openCalls: [],
    timedOutCalls: [],
    partialResults: [],
  }
}

/** @param executorId is the executor that carries the turn out; `null` in a sync run, whose turn has no later. */
export function applyTurnEvent(turn: Turn, event: TurnEvent, executorId: string | null): Turn {
  switch (event.type) {
    case 'model_call.started':
      return { ...turn, model: event.model, modelCallOpen: true, calls: countModelCall(turn, event.at) }
    case 'model_call.completed':
      return applyAnswer(turn, event)
    case 'model_call.failed':
      return applyFailure(turn, event)
    case 'output.refused':
      return applyRefusal(turn, event)
    case 'tool_call.approval_requested':
      return askApproval(turn, event)
    case 'tool_call.approved':
      return applyApproval(turn, event)
    case 'tool_call.started':
      return applyStart(turn, event, executorId)
    case 'tool_call.completed':
      return applyResult(turn, event)
    case 'tool_call.reopened':
      return applyReopening(turn, event.callId)
  }
}

function applyFailure(turn: Turn, { at, usage }: ModelCallFailed): Turn {
  const failedModelCalls = turn.calls.failedModelCalls + 1
  return {
    ...turn,
    usage: usage ? { ...turn.usage, failed: addUsage(turn.usage.failed, usage) } : turn.usage,
    failures: turn.failures + 1,
    failingSince: turn.failingSince ?? at,
    paidFailures: turn.paidFailures + (isPaid(usage) ? 1 : 0),
    modelCallOpen: false,
    calls: { ...turn.calls, failedModelCalls },
  }
}

function applyRefusal(turn: Turn, { problems }: OutputRefused): Turn {
  const correction = userMessage(correctionOf(problems))
  return {
    ...turn,
    messages: [...turn.messages, correction],
    bytes: turn.bytes + jsonBytes(correction),
    corrections: turn.corrections + 1,
  }
}

function applyStart(turn: Turn, { callId, effect, at }: ToolCallStarted, executorId: string | null): Turn {
  const open = { callId, effect, startedAt: at, executorId }
  const calls = { ...turn.calls, toolCalls: turn.calls.toolCalls + 1, lastCallAt: at }
  return { ...turn, openCalls: [...turn.openCalls, open], calls }
}

function askApproval(turn: Turn, { callId, at, expiresAt }: ApprovalRequested): Turn {
  const asked = { callId, since: at, expiresAt: expiresAt ?? null, isGiven: false }
  return { ...turn, approvals: [...turn.approvals, asked] }
}

function applyApproval(turn: Turn, { callId, input }: ToolCallApproved): Turn {
  const approvals = turn.approvals.map((one) => (one.callId === callId ? { ...one, isGiven: true } : one))
  if (input === undefined) return { ...turn, approvals }
  const [asked, made] = [lastAnswer(turn), withInput(lastAnswer(turn), callId, input)]
  const messages = [...turn.messages.slice(0, -1), made]
  return { ...turn, approvals, messages, bytes: turn.bytes - jsonBytes(asked) + jsonBytes(made) }
}

function isPaid(usage: Usage | undefined): boolean {
  return usage !== undefined && usage.inputTokens + usage.outputTokens > 0
}

function countModelCall({ calls, modelCallOpen }: Turn, at: number): CallCounts {
  return {
    ...calls,
    modelCalls: calls.modelCalls + 1,
    wastedModelCalls: calls.wastedModelCalls + (modelCallOpen ? 1 : 0),
    lastCallAt: at,
  }
}

function applyAnswer(turn: Turn, { message, usage, finishReason }: ModelCallCompleted): Turn {
  return {
    ...turn,
    messages: [...turn.messages, message],
    bytes: turn.bytes + jsonBytes(message),
    usage: { ...turn.usage, answered: addUsage(turn.usage.answered, usage) },
    iterations: turn.iterations + 1,
    failures: 0,
    failingSince: null,
    paidFailures: 0,
    modelCallOpen: false,
    finishReason,
    approvals: [],
    openCalls: [],
    partialResults: [],
  }
}

function applyResult(turn: Turn, { result, toldBy }: ToolCallCompleted): Turn {
  const { callId } = result
  // The model has read that the call timed out. A late result is recorded for the job's history only.
  if (hasTimedOut(turn, callId)) return settled(turn, callId)
  const results = [...turn.partialResults, result]
  const calls = toolCallsOf(lastAnswer(turn))
  const openCalls = without(turn.openCalls, callId)
  const givenUp =
    toldBy === 'time_limit' ? turn.openCalls.filter((call) => call.callId === callId && call.effect === 'once') : []
  const timedOutCalls = [...turn.timedOutCalls, ...givenUp]
  const next = { ...turn, openCalls, timedOutCalls, bytes: turn.bytes + jsonBytes(result), partialResults: results }
  if (results.length < calls.length) return next
  // In the order of the calls, so that their timing does not change the transcript.
  const inOrder = calls.flatMap((call) => results.filter((other) => other.callId === call.id))
  return { ...next, messages: [...turn.messages, { role: 'tool', results: inOrder }], partialResults: [] }
}

function applyReopening(turn: Turn, callId: string): Turn {
  if (hasTimedOut(turn, callId)) return settled(turn, callId)
  // It will begin again, and counts once.
  const toolCalls = turn.calls.toolCalls - 1
  return { ...turn, openCalls: without(turn.openCalls, callId), calls: { ...turn.calls, toolCalls } }
}

function hasTimedOut({ timedOutCalls }: Turn, callId: string): boolean {
  return timedOutCalls.some((call) => call.callId === callId)
}

/** What became of a call that had timed out is known after all. */
function settled(turn: Turn, callId: string): Turn {
  return { ...turn, timedOutCalls: without(turn.timedOutCalls, callId) }
}

function without(calls: readonly OpenCall[], callId: string): readonly OpenCall[] {
  return calls.filter((call) => call.callId !== callId)
}

/** @throws {RangeError} when no model call has finished, which no journal of ours can show. */
function lastAnswer(turn: Turn): AssistantMessage {
  const last = turn.messages.at(-1)
  if (last?.role === 'assistant') return last
  throw new RangeError('A tool result was recorded without a model answer that asked for it.')
}
