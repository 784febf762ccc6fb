import { shown } from '#domain/agent/shown.ts'
import { sentenceOf } from '#domain/agent/thrown.ts'
import type { Tool, ToolContext, WriteSpec } from '#domain/agent/tool.ts'
import { type JsonValue, jsonBytes } from '#domain/json/json.ts'
import { isSame, isWritten } from '#domain/write/decide.ts'
import type { WriteProposed } from '#domain/write/event.ts'
import type { Guard } from '#domain/write/guard.ts'
import { MOST_WRITE_BYTES, type WriteFlag, type WriteRecord } from '#domain/write/write.ts'
import type { Clock } from '#ports/clock.ts'
import type { WriteJournal } from './write-journal.ts'

/** A call of a write, in the time that it has. */
export interface WriteCall {
  readonly callId: string
  readonly tool: Tool & { readonly write: WriteSpec }
  /** Has passed the schema. */
  readonly input: unknown
  readonly context: ToolContext
  readonly writes: WriteJournal
  readonly clock: Pick<Clock, 'now'>
  /** Of what is there and of what would be there, each. */
  readonly mostBytes: number
}

export interface WriteAnswer {
  /** What the model reads. */
  readonly answer: { readonly isError: boolean; readonly output: string }
  /** What is there now, where that was found or the answer to the write says it. */
  readonly stored?: JsonValue
}

const MOST_TARGET = 500

/**
 * Proposes a write or makes it, as the job's mode says. The journal has the old and the new value before anything is
 * written. So a write that was cut off is looked at and carried on.
 * @throws what the author's functions throw before anything is written.
 */
export async function callWrite(call: WriteCall): Promise<WriteAnswer> {
  const { callId, writes } = call
  const known = writes.writes.find((write) => write.callId === callId)
  if (known?.mode === 'propose') return proposedAnswer(known.target)
  if (known) return carryOn(call, known)
  const planned = await plan(call)
  if ('answer' in planned) return planned
  if (writes.mode === 'propose') {
    writes.append({ type: 'write.proposed', ...planned })
    return proposedAnswer(planned.target)
  }
  writes.append({ type: 'write.begun', ...planned })
  await writes.flush()
  return put(call, planned)
}

type Planned = Omit<WriteProposed, 'type'>

/** What would be written, or why nothing is. */
async function plan({
  callId,
  tool,
  input,
  context,
  writes,
  clock,
  mostBytes,
}: WriteCall): Promise<Planned | WriteAnswer> {
  const { write } = tool
  const target = write.target(input)
  if (typeof target !== 'string' || target === '' || target.length > MOST_TARGET)
    throw new TypeError(`The target of a write must be a text of 1 to ${String(MOST_TARGET)} characters.`)
  const before = jsonOf(await write.read(input, context))
  const after = jsonOf(await write.after(input, before))
  if (isSame(before, after)) return accepted(`Nothing to change: ${target} is so already.`)
  const size = jsonBytes(before) + jsonBytes(after)
  if (jsonBytes(before) > mostBytes || jsonBytes(after) > mostBytes || size > room(writes.writes))
    return refused('It is too large to be recorded, so it was not written.')
  const problems = problemsOf(write.guards, before, after)
  if (problems.length > 0) return refused(`It was not accepted. ${problems.join(' ')}`)
  const flags = flagsOf(write, before, after)
  return { at: clock.now(), callId, tool: tool.name, target, before, after, ...(flags.length > 0 && { flags }) }
}

/** What the guards find. @throws what a guard throws. */
export function problemsOf(
  guards: readonly Guard<JsonValue>[],
  before: JsonValue,
  after: JsonValue,
): readonly string[] {
  return guards.flatMap((guard) => guard(before, after) ?? [])
}

export function flagsOf({ flags }: WriteSpec, before: JsonValue, after: JsonValue): readonly WriteFlag[] {
  return Object.entries(flags).flatMap(([name, guard]) => {
    const problem = guard(before, after)
    return problem === null ? [] : [{ name, problem }]
  })
}

/** A write that was begun, and of which no outcome is known. */
async function carryOn(call: WriteCall, known: WriteRecord): Promise<WriteAnswer> {
  const found = await readNow(call)
  if (isWritten(call.tool.write, found, known.after)) return written(call, known.target, { stored: found })
  if (isSame(found, known.before)) return put(call, known)
  return refused(`Something else was written to ${known.target} meanwhile, so nothing was written over it.`)
}

async function put(call: WriteCall, planned: Pick<WriteRecord, 'target' | 'before' | 'after'>): Promise<WriteAnswer> {
  const { tool, input, context } = call
  const { target, before, after } = planned
  try {
    const answer = await tool.write.write(input, { ...context, before, after })
    return written(call, target, storedOf(answer))
  } catch (error) {
    if (context.signal.aborted) throw error
    const found = await readNow(call)
    if (isWritten(tool.write, found, after)) return written(call, target, { stored: found })
    const sentence = sentenceOf(error, tool.name)
    if (isSame(found, before)) return refused(sentence)
    return refused(`${sentence} What is there now is neither the old nor the new: a person must look at ${target}.`)
  }
}

async function readNow({ tool, input, context }: WriteCall): Promise<JsonValue> {
  return jsonOf(await tool.write.read(input, context))
}

/** What an author's function returned, as it is stored. @throws {TypeError} where it is no JSON */
export function jsonOf(value: unknown): JsonValue {
  const result = shown(value)
  if (!result.ok) throw new TypeError(`What is there cannot be stored: ${result.why}.`, { cause: result.cause })
  return result.value
}

/** What a write has left there, if its answer says so: also where it is what was given, for then nothing else is ours. */
export function storedOf(answer: unknown): Pick<WriteAnswer, 'stored'> {
  const isSaid = typeof answer === 'object' && answer !== null && 'stored' in answer && answer.stored !== undefined
  return isSaid ? { stored: jsonOf(answer.stored) } : {}
}

function room(writes: readonly WriteRecord[]): number {
  const bytes = ({ before, after, stored = null }: WriteRecord) =>
    jsonBytes(before) + jsonBytes(after) + jsonBytes(stored)
  return writes.reduce((left, write) => left - bytes(write), MOST_WRITE_BYTES)
}

function proposedAnswer(target: string): WriteAnswer {
  return accepted(`Proposed for ${target}. Nothing is changed until a person has approved it.`)
}

/** What is too large for the journal is left out, and an undo expects what was given. */
function written(
  { mostBytes }: Pick<WriteCall, 'mostBytes'>,
  target: string,
  { stored }: Pick<WriteAnswer, 'stored'>,
): WriteAnswer {
  const fits = stored !== undefined && jsonBytes(stored) <= mostBytes
  return { ...accepted(`Written to ${target}.`), ...(fits && { stored }) }
}

function accepted(output: string): WriteAnswer {
  return { answer: { isError: false, output } }
}

function refused(output: string): WriteAnswer {
  return { answer: { isError: true, output } }
}
