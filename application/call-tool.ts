import type { Agent } from '#domain/agent/agent.ts'
import type { ToolCall, ToolResult } from '#domain/agent/message.ts'
import type { Tool } from '#domain/agent/tool.ts'
import type { PlannedCall } from '#domain/agent/turn.ts'
import { CanceledError } from '#domain/errors.ts'
import type { JsonValue } from '#domain/json.ts'
import { parseWith } from '#domain/schema.ts'
import type { Clock } from '#ports/clock.ts'
import { withDeadline } from './deadline.ts'

export interface ToolCallContext {
  readonly agent: Agent
  /** Job or run id: with the call's id it makes the idempotency key. */
  readonly turnId: string
  readonly signal: AbortSignal
  readonly clock: Clock
}

/**
 * One tool call within its time limit. Whatever goes wrong with it is a result that the model sees.
 * @throws {CanceledError} when the caller leaves: a call that was cut off has no result.
 */
export async function callTool({ call, interrupted }: PlannedCall, context: ToolCallContext): Promise<ToolResult> {
  const tool = context.agent.tools.find(({ name }) => name === call.name)
  if (!tool) return failed(call, `There is no tool "${call.name}". Tools: ${toolNames(context.agent)}.`)
  if (interrupted && tool.effect === 'once') return failed(call, OUTCOME_UNKNOWN)
  const input = await parseWith(tool.input, call.input)
  if (!input.ok) return failed(call, `The arguments do not fit: ${input.problems.join('; ')}.`)
  try {
    const output = await runWithinTime(tool, { ...context, input: input.value, callId: call.id })
    return { callId: call.id, name: call.name, isError: false, output: toJson(output) }
  } catch (error) {
    if (error instanceof CanceledError && context.signal.aborted) throw error
    return failed(call, error instanceof Error ? error.message : String(error))
  }
}

const OUTCOME_UNKNOWN =
  'This call was interrupted and was not made again, because it must not happen twice. It may or may not have taken effect.'

async function runWithinTime(
  tool: Tool,
  call: ToolCallContext & { input: unknown; callId: string },
): Promise<JsonValue> {
  const { name, timeoutMs } = tool
  const timeoutError = (): Error => new Error(`The tool "${name}" did not finish within ${String(timeoutMs / 1000)} s.`)
  const deadline = { clock: call.clock, timeoutMs, signal: call.signal, timeoutError }
  // Async, so that a tool that throws before its first await is treated like any other.
  return withDeadline(deadline, async (signal) =>
    tool.run(call.input, { idempotencyKey: `${call.turnId}/${call.callId}`, signal }),
  )
}

/** What will be read back from the journal, seen now: a tool that returns nothing returns `null`, a `Date` its text. */
function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue
}

function failed({ id, name }: ToolCall, problem: string): ToolResult {
  return { callId: id, name, isError: true, output: problem }
}

function toolNames(agent: Agent): string {
  return agent.tools.map(({ name }) => name).join(', ') || 'none'
}
