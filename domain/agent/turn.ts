import { type JsonValue, jsonBytes } from '../json/json.ts'
import type { CallApproval } from './approval.ts'
import { type Message, type ToolResult, userMessage } from './message.ts'
import type { Effect } from './tool.ts'
import type { FinishReason } from './turn-event.ts'
import { NO_TURN_COST, type TurnCost } from '../money/cost.ts'
import type { ModelSpending } from '../money/spending.ts'
import { NO_TURN_USAGE, type TurnUsage } from './usage.ts'

/** Where a turn stands: the fold of its input and its events. Plain data, so a crashed turn goes on from its journal. */
export interface Turn {
  readonly messages: readonly Message[]
  /** What the messages and results so far take up in storage. */
  readonly bytes: number
  /** `provider/model` of the last model call; empty before the first. */
  readonly model: string
  /** What a function has made of the input; `null` for instructions that are a text, and before the first call. */
  readonly instructions: string | null
  /** The fallback model that the turn goes on with; `null` as long as it is with its first. */
  readonly switchedTo: string | null
  readonly usage: TurnUsage
  readonly cost: TurnCost
  /** The same by model, with the number of calls. */
  readonly spending: readonly ModelSpending[]
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
  /** Whether the next model call repeats one that failed, by this model or another. */
  readonly isRetry: boolean
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

/** @param fileMembers of the input, which hold files. */
export function startTurn(input: JsonValue, fileMembers: readonly string[] = []): Turn {
  const first = userMessage(input, fileMembers)
  return {
    messages: [first],
    // As it is stored: the message is made of it, and quotes it once more.
    bytes: jsonBytes(input),
    model: '',
    instructions: null,
    switchedTo: null,
    usage: NO_TURN_USAGE,
    cost: NO_TURN_COST,
    spending: [],
    iterations: 0,
    corrections: 0,
    calls: { modelCalls: 0, failedModelCalls: 0, wastedModelCalls: 0, toolCalls: 0, lastCallAt: null },
    failures: 0,
    failingSince: null,
    paidFailures: 0,
    isRetry: false,
    modelCallOpen: false,
    finishReason: null,
    approvals: [],
    openCalls: [],
    timedOutCalls: [],
    partialResults: [],
  }
}
