import { type JsonRecord, isRecord } from './json-reading.ts'
import { valuesIn } from './loose-json.ts'

/** One of these is in each whole answer, and in no wrapping. */
export const OF_ANSWERS = ['choices', 'content', 'output', 'output_text']
const OF_EVENTS = [...OF_ANSWERS, 'type', 'error']

/** Where gateways put the answer of the server behind them. */
const WRAPPINGS = ['data', 'response', 'result', 'body']
const MOST_WRAPPINGS = 3

/** A whole answer without what a gateway has put around it: an object, a list of one, a text. What holds no answer stays as it is. */
export function unwrappedAnswer(value: unknown): unknown {
  return inside(value, OF_ANSWERS) ?? value
}

export function unwrappedEvent(event: JsonRecord): JsonRecord {
  return inside(event, OF_EVENTS) ?? event
}

function inside(value: unknown, marks: readonly string[], depth = 0): JsonRecord | undefined {
  if (isRecord(value) && marks.some((name) => name in value)) return value
  if (depth === MOST_WRAPPINGS) return undefined
  for (const inner of contentsOf(value)) {
    const found = inside(inner, marks, depth + 1)
    if (found) return found
  }
  return undefined
}

function contentsOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return value.trimStart().startsWith('{') ? valuesIn(value).slice(0, 1) : []
  if (Array.isArray(value)) return value.length === 1 ? (value as readonly unknown[]) : []
  return isRecord(value) ? WRAPPINGS.map((name) => value[name]) : []
}
