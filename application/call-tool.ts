import type { Agent } from '#domain/agent/agent.ts'
import type { ToolCall, ToolResult } from '#domain/agent/message.ts'
import type { ProbeAnswer, Tool, ToolContext } from '#domain/agent/tool.ts'
import { problemWithArguments } from '#domain/agent/tool-arguments.ts'
import { shown } from '#domain/agent/shown.ts'
import { sentenceOf } from '#domain/agent/thrown.ts'
import { CanceledError } from '#domain/errors.ts'
import type { JsonValue } from '#domain/json.ts'
import { parseWith } from '#domain/schema.ts'
import type { Clock } from '#ports/clock.ts'
import type { LogFields, Logger } from '#ports/logger.ts'
import type { AttemptDispatches } from './attempt-dispatches.ts'
import { withDeadline } from './deadline.ts'

/** What a turn is carried out for. */
export interface TurnOrigin {
  /** With a call's id it makes the idempotency key of its effect. */
  readonly runId: string
  readonly tenantId: string
  /** `null` for a sync run. */
  readonly jobId: string | null
}

export interface ToolCallContext {
  readonly agent: Agent
  readonly origin: TurnOrigin
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly logger: Pick<Logger, 'error'>
  /** Where a `once` call is noted just before it is made; `null` where nothing will ask. */
  readonly dispatches: AttemptDispatches | null
}

/**
 * One tool call within its time limit. Whatever goes wrong with it is a result that the model sees.
 * @throws {CanceledError} when the caller leaves: a call that was cut off has no result.
 */
export async function callTool(call: ToolCall, context: ToolCallContext): Promise<ToolResult> {
  const tool = toolFor(call, context)
  if (!tool) return failed(call, `There is no tool "${call.name}". Tools: ${toolNames(context.agent)}.`)
  const unreadable = problemWithArguments(call.input)
  if (unreadable !== null) return failed(call, unreadable)
  try {
    const input = await parseWith(tool.input, call.input)
    if (!input.ok) return failed(call, `The arguments do not fit: ${input.problems.join('; ')}.`)
    if (tool.effect === 'once') await context.dispatches?.ready()
    const output = await withinTime(tool, call, context, (toolContext) => {
      if (tool.effect === 'once') context.dispatches?.record(call.id)
      return tool.run(input.value, toolContext)
    })
    return { callId: call.id, name: call.name, isError: false, output: outputOf(output, call, context) }
  } catch (error) {
    if (error instanceof CanceledError && context.signal.aborted) throw error
    context.logger.error('A tool call failed.', error, about(call, context))
    return failed(call, sentenceOf(error, call.name))
  }
}

/**
 * Asks the tool whether an interrupted call has happened; `null` when it cannot tell.
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

/** An author's code has answered: whatever is neither yes nor no is no answer. */
function readAnswer(answer: ProbeAnswer, show: (output: unknown) => JsonValue): ProbeAnswer {
  if (answer?.happened === true) return { happened: true, output: show(answer.output) }
  return answer?.happened === false ? { happened: false } : null
}

function toolFor(call: ToolCall, { agent }: ToolCallContext): Tool | undefined {
  return agent.tools.find(({ name }) => name === call.name)
}

// eslint-disable-next-line max-params -- the work is a closure over the tool's typed input, and reads best as the last argument
async function withinTime<T>(
  { name, timeoutMs, effect }: Tool,
  call: ToolCall,
  { origin: { runId, tenantId, jobId }, signal, clock }: ToolCallContext,
  work: (context: ToolContext) => T | Promise<T>,
): Promise<T> {
  const unsure = effect === 'read' ? '' : ' It may or may not have taken effect.'
  const timeoutError = (): Error =>
    new Error(`The tool "${name}" did not finish within ${String(timeoutMs / 1000)} s.${unsure}`)
  const idempotencyKey = `${runId}/${call.id}`
  // Async, so that a tool that throws before its first await is treated like any other.
  return withDeadline({ clock, timeoutMs, signal, timeoutError }, async (inner) =>
    work({ idempotencyKey, tenantId, jobId, signal: inner }),
  )
}

/** What the model sees of what a call brought. The call has been made, so whatever is wrong with its result must not look like a failed call. */
function outputOf(value: unknown, call: ToolCall, context: ToolCallContext): JsonValue {
  const result = shown(value)
  if (result.ok) return result.value
  const why = new Error(`The result cannot be shown: ${result.why}.`, { cause: result.cause })
  context.logger.error('A tool call was made, and its result cannot be shown.', why, about(call, context))
  return `The call was made; its result cannot be shown, for ${result.why}.`
}

function about({ id: callId, name: tool }: ToolCall, { origin: { jobId, runId } }: ToolCallContext): LogFields {
  return { ...(jobId === null ? { runId } : { jobId }), callId, tool }
}

function failed({ id, name }: ToolCall, problem: string): ToolResult {
  return { callId: id, name, isError: true, output: problem }
}

function toolNames(agent: Agent): string {
  return agent.tools.map(({ name }) => name).join(', ') || 'none'
}
