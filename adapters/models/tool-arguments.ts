import { isTooDeep } from '#domain/json/depth.ts'
import type { JsonObject, JsonValue } from '#domain/json/json.ts'
import { firstLossyNumber, holdsLossyNumber } from '#domain/json/lossy-number.ts'
import { isRecord } from './json-reading.ts'
import { valueWrittenIn } from './loose-json.ts'

/**
 * A call's arguments, as text or as JSON that was parsed with `parseMarkingLossy`. Unusable arguments come back as the
 * text that the model wrote. These are all but an object, a number that would lose its value, and too deep a nesting.
 */
export function argumentsFrom(given: unknown): JsonValue {
  if (given === undefined || given === null || isEmptyList(given)) return {}
  if (typeof given === 'string') return parsed(given.toWellFormed())
  if (!isRecord(given) || isTooDeep(given) || holdsLossyNumber(given)) return written(given)
  return wellFormed(given as JsonObject)
}

function parsed(text: string): JsonValue {
  if (text.trim() === '') return {}
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return parsedLoosely(text)
  }
  if (isTooDeep(value) || firstLossyNumber(text)) return text
  if (value === null || isEmptyList(value)) return {}
  // Some servers encode the arguments twice.
  if (typeof value === 'string') return parsed(value)
  return isRecord(value) ? wellFormed(value) : text
}

/** What a model writes that is a little off, where its meaning is clear: line feeds in texts, fences, a brace too many. */
function parsedLoosely(text: string): JsonValue {
  const once = saidOnce(text)
  const value = once === '' ? valueWrittenIn(text) : parsed(once)
  const input = isRecord(value) ? argumentsFrom(value) : text
  return typeof input === 'string' ? text : input
}

/** In PHP, an empty object is an empty list. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** Some servers repeat in the end what came in pieces, or begin with an empty object; `''` for what is neither. */
function saidOnce(text: string): string {
  const half = text.slice(0, text.length / 2)
  if (half + half === text) return half
  return /^\{\}\s*\{/.test(text) ? text.slice(2) : ''
}

function written(given: unknown): string {
  try {
    return JSON.stringify(given)
  } catch {
    // Older versions of JavaScript write no JSON that is as deep as they can read.
    return '{'
  }
}

/** The same value without halves of characters (lone surrogates), which providers and databases refuse. */
export function wellFormed<T extends JsonValue>(value: T): T {
  // JSON writes such halves as escapes, and almost nothing else.
  if (!/\\u[dD][89a-fA-F]/.test(JSON.stringify(value))) return value
  return repaired(value) as T
}

function repaired(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(repaired)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toWellFormed(), repaired(inner)]))
}
