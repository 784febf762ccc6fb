import { type JsonRecord, firstOf, isRecord } from './json-reading.ts'
import { valuesIn } from './loose-json.ts'

/** Members that hold the arguments of a call, by how common they are. */
const ARGUMENTS = ['arguments', 'input', 'parameters', 'args']

/** The part of a call that holds its name and its arguments: its function, which may be written as a text, or itself. */
export function calledIn(call: JsonRecord): JsonRecord {
  const inner = call['function'] ?? call['custom']
  const called = typeof inner === 'string' ? valuesIn(inner)[0] : inner
  return isRecord(called) ? called : call
}

/** The arguments as they were given; Anthropic's blocks begin with an empty object in their place. */
export function argumentsIn(called: JsonRecord): unknown {
  const given = ARGUMENTS.map((name) => called[name])
  return given.find(isFilled) ?? firstOf(called, ARGUMENTS)
}

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : (value ?? '') !== ''
}
