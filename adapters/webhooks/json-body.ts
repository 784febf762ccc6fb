import type { JsonObject } from '#domain/json/json.ts'
import { parseLossyAsText } from '#domain/json/lossy-number.ts'

/**
 * The body of a message as a JSON object, or why it is none. For verifiers, after the signature. A number that a double
 * would round, such as a long id, is a text in it.
 */
export function jsonBody(raw: Uint8Array): { readonly payload: JsonObject } | { readonly unreadable: string } {
  let value: unknown
  try {
    value = parseLossyAsText(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(raw))
  } catch (error) {
    return { unreadable: `its body is not JSON (${error instanceof Error ? error.message : String(error)})` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { unreadable: 'its body is not a JSON object' }
  return { payload: value as JsonObject }
}
