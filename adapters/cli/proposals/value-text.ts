import type { JsonValue } from '#domain/json/json.ts'
import { CliError } from '../server-call.ts'

/** A value as a person reads it: a text as it is, `null` as nothing, and anything else as JSON. */
export function valueText(value: JsonValue): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** The value that a person has made of such a text. @throws {CliError} where it is no JSON any more. */
export function valueOf(text: string, like: JsonValue): JsonValue {
  if (typeof like === 'string' || like === null) return text
  try {
    return JSON.parse(text) as JsonValue
  } catch (cause) {
    throw new CliError(`It is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause })
  }
}
