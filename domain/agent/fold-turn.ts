import { jsonBytes } from '../json/json.ts'
import { addCosts, costOfCall } from '../money/cost.ts'
import { type ModelSpending, addSpending, spendingOf } from '../money/spending.ts'
import { withInput } from './approval.ts'
import { type AssistantMessage, forAnyModel, toolCallsOf, userMessage } from './message.ts'
import { correctionOf } from './output.ts'
import type { CallCounts, OpenCall, Turn } from './turn.ts'
import type {
  ApprovalRequested,
  ModelCallCompleted,
  ModelCallFailed,
  ModelCallStarted,
  ModelSwitched,
  OutputRefused,
  ToolCallApproved,
  ToolCallCompleted,
  ToolCallStarted,
  TurnEvent,
} from './turn-event.ts'
import { type Usage, addUsage } from './usage.ts'

/** @param executorId is the executor that carries the turn out; `null` in a sync run, whose turn has no later. */
export function applyTurnEvent(turn: Turn, event: TurnEvent, executorId: string | null): Turn {
  if (isCallEvent(event)) return applyCallEvent(turn, event, executorId)
  switch (event.type) {
    case 'model_call.started':
      return applyIntent(turn, event)
    case 'model_call.completed':
      return applyAnswer(turn, event)
    case 'model_call.failed':
      return applyFailure(turn, event)
    case 'model.switched':
      return applySwitch(turn, event)
    case 'output.refused':
      return applyRefusal(turn, event)
  }
}

type CallEvent = Extract<TurnEvent, { readonly type: `tool_call.${string}` }>

function isCallEvent(event: TurnEvent): event is CallEvent {
  return event.type.startsWith('tool_call.')
}

function applyCallEvent(turn: Turn, event: CallEvent, executorId: string | null): Turn {
  switch (event.type) {
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

function applyIntent(turn: Turn, { model, at, instructions }: ModelCallStarted): Turn {
  return {
    ...turn,
    model,
    instructions: turn.instructions ?? instructions ?? null,
    bytes: turn.bytes + (instructions === undefined ? 0 : jsonBytes(instructions)),
    modelCallOpen: true,
    calls: countModelCall(turn, at),
    spending: addSpending(wasted(turn), model, { modelCalls: 1 }),
  }
}

/** With the last call, if that was cut off. */
function wasted({ spending, model, modelCallOpen }: Turn): readonly ModelSpending[] {
  return modelCallOpen ? addSpending(spending, model, { wastedModelCalls: 1 }) : spending
}

function applyFailure(turn: Turn, event: ModelCallFailed): Turn {
  const { at, usage } = event
  const failedModelCalls = turn.calls.failedModelCalls + 1
  return {
    ...turn,
    usage: usage ? { ...turn.usage, failed: addUsage(turn.usage.failed, usage) } : turn.usage,
    cost: { ...turn.cost, failed: addCosts(turn.cost.failed, costOfCall(event)) },
    spending: addSpending(turn.spending, turn.model, spendingOf(event)),
    failures: turn.failures + 1,
    failingSince: turn.failingSince ?? at,
    paidFailures: turn.paidFailures + (isPaid(usage) ? 1 : 0),
    isRetry: true,
    modelCallOpen: false,
    calls: { ...turn.calls, failedModelCalls },
  }
}

function applySwitch(turn: Turn, { to }: ModelSwitched): Turn {
  const messages = turn.messages.map(forAnyModel)
  return { ...turn, messages, switchedTo: to, failures: 0, failingSince: null, paidFailures: 0 }
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

function applyAnswer(turn: Turn, event: ModelCallCompleted): Turn {
  const { message, usage, finishReason } = event
  return {
    ...turn,
    messages: [...turn.messages, message],
    bytes: turn.bytes + jsonBytes(message),
    usage: { ...turn.usage, answered: addUsage(turn.usage.answered, usage) },
    cost: { ...turn.cost, answered: addCosts(turn.cost.answered, costOfCall(event)) },
    spending: addSpending(turn.spending, turn.model, spendingOf(event)),
    iterations: turn.iterations + 1,
    failures: 0,
    failingSince: null,
    paidFailures: 0,
    isRetry: false,
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
