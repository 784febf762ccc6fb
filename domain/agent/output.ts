import type { JsonObject, JsonValue } from '../json/json.ts'
import { firstLossyNumber } from '../json/lossy-number.ts'
import { asObjectSchema } from './object-schema.ts'
import { type Schema, jsonSchemaOf, problemWithSchema } from './schema.ts'

/** An answer that does not fit goes back to the model so often; after that the turn fails. */
export const MOST_CORRECTIONS = 2

/** The answer that an agent must give. */
export interface AgentOutput<Output = unknown> {
  readonly schema: Schema<Output>
  /** JSON Schema of `schema` with one object at its root, as it is sent to models. */
  readonly jsonSchema: JsonObject
}

/** Why an author cannot take `schema` as the schema of an answer; `null` when they can. */
export function problemWithOutput(schema: unknown): string | null {
  const problem = problemWithSchema(schema, 'output')
  if (problem !== null) return problem
  const known = schema as Schema
  try {
    known['~standard'].jsonSchema.output({ target: 'draft-07' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `its output must be JSON, also after the schema has transformed it: ${why}`
  }
  if (asObjectSchema(jsonSchemaOf(known))) return null
  return 'its output must be an object, or a union of objects: model providers take nothing else'
}

/** @param schema has no `problemWithOutput`. */
export function outputOf<Output>(schema: Schema<Output>): AgentOutput<Output> {
  return { schema, jsonSchema: closed(asObjectSchema(jsonSchemaOf(schema)) ?? {}) as JsonObject }
}

/** An object schema says itself whether it is open; without a word it is closed, as providers require. */
function closed(schema: JsonValue): JsonValue {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return (schema as readonly JsonValue[]).map(closed)
  // What one member of `allOf` leaves open, another may describe.
  const members = Object.entries(schema).map(([name, value]) => [name, name === 'allOf' ? value : closed(value)])
  const inner = Object.fromEntries(members) as JsonObject
  const isSilent = inner['type'] === 'object' && 'properties' in inner && !('additionalProperties' in inner)
  return isSilent ? { ...inner, additionalProperties: false } : inner
}

export type AnswerReading =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly problem: string }

/**
 * The JSON in an answer, which may stand in a fence of Markdown, or between other words. One that was cut off counts only
 * as a whole: what is whole within it may be a draft.
 */
export function jsonIn(answer: string, { isCutOff = false } = {}): AnswerReading {
  for (const text of isCutOff ? [answer] : candidates(answer)) {
    const value = parsed(text)
    if (value === undefined) continue
    const lossy = firstLossyNumber(text)
    if (!lossy) return { ok: true, value }
    return { ok: false, problem: `${lossy.path.join('.') || 'value'}: ${lossy.written} is no number that can be kept` }
  }
  return { ok: false, problem: 'the answer is not JSON' }
}

/** Each is made only where the one before was no JSON. All in time that grows with the answer, however odd it is. */
function* candidates(answer: string): Generator<string> {
  yield answer
  // After a draft comes the answer, so the last fence counts.
  const fences = answer.split('```').slice(1, -1)
  const last = fences[fences.length - (fences.length % 2 === 0 ? 2 : 1)]
  if (last !== undefined) yield last.slice(last.indexOf('\n') + 1)
  yield answer.slice(Math.max(0, answer.indexOf('{')), answer.lastIndexOf('}') + 1)
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** What the model is asked where its answer does not fit. A change of these words changes the transcripts of jobs that run. */
export function correctionOf(problems: readonly string[]): string {
  return `Your answer does not fit the required JSON: ${problems.join('; ')}. Answer again with the whole corrected JSON object, and nothing else.`
}
