import type { Agent } from '#domain/agent/agent.ts'
import type { ToolCall, ToolResult } from '#domain/agent/message.ts'
import type { ToolCallCompleted } from '#domain/agent/turn-event.ts'
import type { Effect, ProbeAnswer, Tool, ToolContext, WriteSpec } from '#domain/agent/tool.ts'
import { problemWithArguments } from '#domain/agent/tool-arguments.ts'
import { shown } from '#domain/agent/shown.ts'
import { sentenceOf } from '#domain/agent/thrown.ts'
import { CanceledError } from '#domain/job/errors.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { parseWith } from '#domain/agent/schema.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { Clock } from '#ports/clock.ts'
import type { LogFields, Logger } from '#ports/logger.ts'
import type { AttemptDispatches } from '../execution/attempt-dispatches.ts'
import { withDeadline } from '../time/deadline.ts'
import { callWrite } from '../write/make-write.ts'
import type { WriteJournal } from '../write/write-journal.ts'
import type { RunTrace } from './run-trace.ts'
import type { CallReturn, RunningCalls } from './running-calls.ts'

/** What a turn is carried out for. */
export interface TurnOrigin {
  /** With a call's id it makes the idempotency key of its effect. */
  readonly runId: string
  readonly tenantId: string
  readonly submittedBy: Actor
  /** `null` for a sync run. */
  readonly jobId: string | null
  readonly trace?: RunTrace
}

export interface ToolCallContext {
  readonly agent: Agent
  readonly origin: TurnOrigin
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly logger: Pick<Logger, 'error'>
  /** Where a `once` call is noted just before it is made; `null` where nothing will ask. */
  readonly dispatches: AttemptDispatches | null
  /** Calls that still run after their signal aborted; `null` where nothing waits for them. */
  readonly running: RunningCalls | null
  /** Where writes are recorded; `null` where no write is made. */
  readonly writes: WriteJournal | null
  /** Of a value that a write records. */
  readonly mostWriteBytes: number
  /** How long a tool whose time is up may still return. */
  readonly stopMs: number
}

/** What a call has brought, and who says so. */
export type ToolOutcome = Pick<ToolCallCompleted, 'result' | 'toldBy' | 'stored'>

class ToolTimeoutError extends Error {}

/**
 * One tool call within its time limit. Any failure is a result that the model sees.
 * @throws {CanceledError} when the caller leaves: a call that was cut off has no result.
 */
export async function callTool(call: ToolCall, context: ToolCallContext): Promise<ToolOutcome> {
  const tool = toolFor(call, context)
  if (!tool) return refused(call, `There is no tool "${call.name}". Tools: ${toolNames(context.agent)}.`)
  const unreadable = problemWithArguments(call.input)
  if (unreadable !== null) return refused(call, unreadable)
  try {
    const input = await parseWith(tool.input, call.input)
    if (!input.ok) return refused(call, `The arguments do not fit: ${input.problems.join('; ')}.`)
    return { ...(await makeCall(tool, call, { input: input.value, context })), toldBy: 'call' }
  } catch (error) {
    if (error instanceof CanceledError && context.signal.aborted) throw error
    context.logger.error('A tool call failed.', error, about(call, context))
    const toldBy = error instanceof ToolTimeoutError ? 'time_limit' : 'call'
    return { result: failed(call, sentenceOf(error, call.name)), toldBy }
  }
}

async function makeCall(
  tool: Tool,
  call: ToolCall,
  { input, context }: { readonly input: unknown; readonly context: ToolCallContext },
): Promise<CallReturn> {
  const isOnce = tool.effect === 'once'
  if (isOnce) await context.dispatches?.ready()
  return withinTime(tool, call, context, (toolContext) => {
    if (isOnce) context.dispatches?.record(call.id)
    const returned = async (): Promise<CallReturn> => {
      if (tool.write) return writeResult({ ...tool, write: tool.write }, call, { input, context, toolContext })
      const output = await tool.run(input, toolContext)
      return { result: { callId: call.id, name: call.name, isError: false, output: outputOf(output, call, context) } }
    }
    return tracked(returned(), effectOf(tool, context.writes), { call, context, signal: toolContext.signal })
  })
}

/** A write is made through the journal of its job: the guards' problems, and what became of it, are the call's result. */
async function writeResult(
  tool: Tool & { readonly write: WriteSpec },
  call: ToolCall,
  {
    input,
    context,
    toolContext,
  }: { readonly input: unknown; readonly context: ToolCallContext; readonly toolContext: ToolContext },
): Promise<CallReturn> {
  const { writes, clock, mostWriteBytes: mostBytes } = context
  if (!writes) throw new Error(`The write "${tool.name}" is made by a job alone.`)
  const made = { callId: call.id, tool, input, context: toolContext, writes, clock, mostBytes }
  const { answer, ...stored } = await callWrite(made)
  return { result: { callId: call.id, name: call.name, ...answer }, ...stored }
}

/** Tracks the call among the running ones, so that its result still counts after its signal aborted. */
function tracked(
  returned: Promise<CallReturn>,
  effect: Effect,
  {
    call,
    context,
    signal,
  }: { readonly call: ToolCall; readonly context: ToolCallContext; readonly signal: AbortSignal },
): Promise<CallReturn> {
  const outcome = returned.catch((error: unknown) =>
    signal.aborted ? null : { result: failed(call, sentenceOf(error, call.name)) },
  )
  context.running?.track(context.origin.runId, { callId: call.id, effect, outcome })
  return returned
}

/**
 * Asks the tool whether an interrupted call has happened; `null` when it does not know.
 * @throws {CanceledError} when the caller leaves.
 */
export async function probeCall(call: ToolCall, context: ToolCallContext): Promise<ProbeAnswer> {
  const tool = toolFor(call, context)
  const probe = tool?.probe
  if (!tool || !probe) return null
  try {
    const input = await parseWith(tool.input, call.input)
    if (!input.ok) return null
    const answer = await withinTime(tool, call, context, (toolContext) => probe(input.value, toolContext))
    return readAnswer(answer, (output) => outputOf(output, call, context))
  } catch (error) {
    if (error instanceof CanceledError && context.signal.aborted) throw error
    context.logger.error('A probe failed.', error, about(call, context))
    return null
  }
}

/** The answer comes from an author's code, so anything but yes or no counts as no answer. */
function readAnswer(answer: ProbeAnswer, show: (output: unknown) => JsonValue): ProbeAnswer {
  if (answer?.happened === true) return { happened: true, output: show(answer.output) }
  return answer?.happened === false ? { happened: false } : null
}

/** What a call of the tool does to the world: a write that is only proposed does nothing. */
export function effectOf({ effect, write }: Tool, writes: Pick<WriteJournal, 'mode'> | null): Effect {
  return write && writes?.mode === 'propose' ? 'read' : effect
}

function toolFor(call: ToolCall, { agent }: ToolCallContext): Tool | undefined {
  return agent.tools.find(({ name }) => name === call.name)
}

// eslint-disable-next-line max-params -- the work is a closure over the tool's typed input, and reads best as the last argument
async function withinTime<T>(
  { name, timeoutMs, effect }: Tool,
  call: ToolCall,
  { origin: { runId, trace, ...origin }, signal, clock, stopMs }: ToolCallContext,
  work: (context: ToolContext) => T | Promise<T>,
): Promise<T> {
  const isRead = effect === 'read'
  const unsure = isRead
    ? ''
    : ' It may or may not have taken effect, or may still do so: find out before you call it again.'
  const timeoutError = (): Error =>
    new ToolTimeoutError(`The tool "${name}" did not finish within ${String(timeoutMs / 1000)} s.${unsure}`)
  const idempotencyKey = `${runId}/${call.id}`
  const traceHeaders = trace?.toolCall(call.id)
  // Async, so that a tool that throws before its first await is treated like any other.
  return withDeadline({ clock, timeoutMs, signal, timeoutError, stopMs: isRead ? 0 : stopMs }, async (inner) =>
    work({ idempotencyKey, ...origin, signal: inner, ...(traceHeaders && { traceHeaders }) }),
  )
}

/**
 * The result of a call as the model sees it. The call was made, so a result that cannot be shown must not look like a
 * failed call.
 */
function outputOf(value: unknown, call: ToolCall, context: ToolCallContext): JsonValue {
  const result = shown(value)
  if (result.ok) return result.value
  const why = new Error(`The result cannot be shown: ${result.why}.`, { cause: result.cause })
  context.logger.error('A tool call was made, and its result cannot be shown.', why, about(call, context))
  return `The call was made; its result cannot be shown, for ${result.why}.`
}

function about({ id: callId, name: tool }: ToolCall, { origin }: ToolCallContext): LogFields {
  const { jobId, runId, tenantId, trace } = origin
  return { ...(jobId === null ? { runId } : { jobId }), tenantId, traceId: trace?.traceId, callId, tool }
}

function failed({ id, name }: ToolCall, problem: string): ToolResult {
  return { callId: id, name, isError: true, output: problem }
}

function refused(call: ToolCall, problem: string): ToolOutcome {
  return { result: failed(call, problem), toldBy: 'call' }
}

function toolNames(agent: Agent): string {
  return agent.tools.map(({ name }) => name).join(', ') || 'none'
}
