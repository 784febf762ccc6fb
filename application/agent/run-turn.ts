import { instructionsFor } from '#domain/agent/instructions.ts'
import { modelFor } from '#domain/agent/model-choice.ts'
import { type Halt, type PlannedCall, type Step, nextStep } from '#domain/agent/next-step.ts'
import type { UnknownCall } from '#domain/agent/open-calls.ts'
import type { Turn } from '#domain/agent/turn.ts'
import type { ModelCallCompleted, ModelCallFailed } from '#domain/agent/turn-event.ts'
import { AppError } from '#domain/app-error.ts'
import { CanceledError, LimitExceededError } from '#domain/job/errors.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import { jsonBytes } from '#domain/json/json.ts'
import { ModelError } from '#domain/model/errors.ts'
import { type ModelPrice, recordedCost } from '#domain/money/price.ts'
import { settleFromLog } from '../execution/settle-from-log.ts'
import { fallBack } from './fall-back.ts'
import { askApprovals, expireApprovals } from './approvals.ts'
import { callModel } from './call-model.ts'
import { callTool, effectOf, probeCall } from './call-tool.ts'
import { type FinishedTurn, finishTurn } from './finish-turn.ts'
import { fitResult } from './fit-result.ts'
import type { TurnDeps, TurnRun } from './turn-run.ts'

export type TurnOutcome =
  | FinishedTurn
  | { readonly kind: 'paused' }
  | Halt
  /** The failure is recorded, and another try may help. */
  | { readonly kind: 'model_failed'; readonly error: AppError }

/**
 * Carries out `nextStep` until it says to finish; sync runs and jobs share this loop. Given a journal with a past, it goes on from there.
 *
 * The protocol: an intent is durable before its call is made, a result is appended when the call returns. The last result
 * of a step is not flushed on its own but with the next intent, or by the caller with the ending.
 *
 * @throws {CanceledError} when `signal` aborts, {LimitExceededError}, {OutputError}, and what a model call throws that is
 *   not worth another try.
 */
export async function runTurn(run: TurnRun, deps: TurnDeps): Promise<TurnOutcome> {
  for (;;) {
    const step = nextStep(run.journal.turn, run.agent)
    if (step.kind !== 'finish' && run.pause()) return { kind: 'paused' }
    const outcome = await carryOut(run, step, deps)
    if (outcome) return outcome
  }
}

/** How the turn ends with this step; `null` if it goes on. */
async function carryOut(run: TurnRun, step: Step, deps: TurnDeps): Promise<TurnOutcome | null> {
  switch (step.kind) {
    case 'call_model': {
      const error = await modelStep(run, step.iteration, deps)
      return error && { kind: 'model_failed', error }
    }
    case 'call_tools':
      await toolStep(run, step.calls, deps)
      return null
    case 'await':
    case 'await_approval':
      return (await isAnswered(run, step, deps)) ? null : step
    case 'finish':
      return finishTurn(run, step.stopReason, deps.clock)
  }
}

/** Returns the error of a call that may be tried again later. Every failure is recorded. */
async function modelStep(run: TurnRun, iteration: number, deps: TurnDeps): Promise<AppError | null> {
  const { agent, journal, origin, signal } = run
  const { clock, limits } = deps
  checkLimits(journal.turn, limits)
  const model = modelFor(journal.turn, { agent, defaultModel: deps.defaultModel })
  const made = await newInstructions(run)
  journal.append({ type: 'model_call.started', at: clock.now(), iteration, model, ...made })
  await journal.flush()
  // A retry is whole, in case only the stream has failed.
  const onText = journal.turn.isRetry ? undefined : run.onText()
  try {
    const answered = await callModel({ agent, turn: journal.turn, iteration, model, origin, signal, onText }, deps)
    checkSize(answered, limits)
    journal.append(answered)
    return null
  } catch (error) {
    // Cut off, not failed: whether it would have brought an answer is not known.
    if (error instanceof CanceledError && signal.aborted) throw error
    journal.append(failureOf(error, { at: clock.now(), iteration }, deps.prices.find(model)))
    if (!(error instanceof AppError)) throw error
    if (fallBack(run, error, deps)) return null
    if (!error.retryable) throw error
    return error
  }
}

/** What a function makes of the input is made once in a turn, and recorded. @throws {InvalidInputError} */
async function newInstructions({ agent, journal, input }: TurnRun): Promise<{ readonly instructions?: string }> {
  if (typeof agent.instructions === 'string' || journal.turn.instructions !== null) return {}
  return { instructions: await instructionsFor(agent, input) }
}

/** In the receipt with its tokens, whether or not the call is made again. */
function failureOf(
  error: unknown,
  about: Pick<ModelCallFailed, 'at' | 'iteration'>,
  price: ModelPrice | null,
): ModelCallFailed {
  const message = error instanceof AppError ? error.message : 'The model call failed; the logs of the service say why.'
  const usage = error instanceof ModelError ? error.usage : undefined
  return { type: 'model_call.failed', ...about, message, ...(usage && { usage, ...recordedCost(usage, price) }) }
}

/** An answer is stored in one row, and a storage bounds its rows. The tokens are in the receipt. @throws {ModelError} */
function checkSize({ message, usage }: ModelCallCompleted, { maxTranscriptBytes }: JobLimits): void {
  const bytes = jsonBytes(message)
  if (bytes <= maxTranscriptBytes) return
  const why = `The model's answer has ${String(bytes)} bytes, more than the ${String(maxTranscriptBytes)} that can be kept.`
  throw new ModelError(why, { retryable: false, usage })
}

function checkLimits({ calls, bytes }: Turn, { maxModelCalls, maxTranscriptBytes }: JobLimits): void {
  // How long failed calls go on is bounded in time: an outage must not use up what the turn may ask for.
  const made = calls.modelCalls - calls.failedModelCalls
  if (made >= maxModelCalls) {
    throw new LimitExceededError(`The turn has made ${String(made)} model calls, the most that it may.`)
  }
  if (bytes > maxTranscriptBytes) {
    throw new LimitExceededError(
      `The transcript has ${String(bytes)} bytes, more than the ${String(maxTranscriptBytes)} that can be kept.`,
    )
  }
}

async function toolStep(run: TurnRun, planned: readonly PlannedCall[], deps: TurnDeps): Promise<void> {
  const free = await askApprovals(run, planned, deps)
  if (free.length > 0) await makeCalls(run, free.slice(0, deps.limits.maxToolCallsAtOnce), deps)
}

async function makeCalls(run: TurnRun, calls: readonly PlannedCall[], deps: TurnDeps): Promise<void> {
  const { origin, agent, journal, dispatches, running, writes } = run
  const { clock, limits, logger } = deps
  for (const { call, resumed } of calls) {
    if (resumed) continue
    const tool = agent.tools.find(({ name }) => name === call.name)
    const effect = tool ? effectOf(tool, writes) : null
    journal.append({ type: 'tool_call.started', at: clock.now(), callId: call.id, name: call.name, effect })
  }
  await journal.flush()

  const siblings = new AbortController()
  const signal = calls.length > 1 ? AbortSignal.any([run.signal, siblings.signal]) : run.signal
  let open = calls.length
  const shared = { stopMs: limits.toolStopMs, mostWriteBytes: limits.maxToolResultBytes }
  const one = async ({ call }: PlannedCall): Promise<void> => {
    const context = { ...shared, agent, origin, signal, clock, logger, dispatches, running, writes }
    const outcome = await callTool(call, context)
    const result = fitResult(outcome.result, journal.turn, limits)
    if (outcome.toldBy === 'call' && outcome.stored === undefined) dispatches?.returned(result)
    journal.append({ type: 'tool_call.completed', at: clock.now(), ...outcome, result })
    open -= 1
    if (open > 0) await journal.flush()
  }
  // The first error in time stops the others, and is the one that counts: theirs only say that they were stopped.
  await Promise.all(
    calls.map((planned) =>
      one(planned).catch((error: unknown) => {
        siblings.abort(error)
      }),
    ),
  )
  siblings.signal.throwIfAborted()
}

/** Whether the turn goes on without a person, for any of the calls that it waits for. */
async function isAnswered(run: TurnRun, step: Halt, deps: TurnDeps): Promise<boolean> {
  if (step.kind === 'await_approval') return expireApprovals(run, step.calls, deps)
  return settleFromLog(run, step.calls, deps) || probeStep(run, step.calls, deps)
}

/** Asks the tools what became of interrupted calls. Whether any of them knew. */
async function probeStep(run: TurnRun, calls: readonly UnknownCall[], deps: TurnDeps): Promise<boolean> {
  const { origin, agent, journal, signal, running } = run
  const { clock, limits, logger } = deps
  // The attempt must be durable before anything is asked of the world: a probe that kills its process is a strike too.
  await journal.flush()
  let isAnswered = false
  for (const { call } of calls) {
    // A call that still runs may change what its probe sees.
    if (running?.has(origin.runId, call.id)) continue
    const nothing = { dispatches: null, running: null, writes: null, mostWriteBytes: 0, stopMs: 0 }
    const context = { agent, origin, signal, clock, logger, ...nothing }
    const answer = await probeCall(call, context)
    if (answer === null) continue
    isAnswered = true
    if (answer.happened) {
      const result = { callId: call.id, name: call.name, isError: false, output: answer.output }
      const fitted = fitResult(result, journal.turn, limits)
      journal.append({ type: 'tool_call.completed', at: clock.now(), result: fitted, toldBy: 'probe' })
    } else {
      journal.append({ type: 'tool_call.reopened', at: clock.now(), callId: call.id, toldBy: 'probe' })
    }
  }
  return isAnswered
}
