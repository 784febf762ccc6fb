import { firstLossyNumber } from '#domain/json/lossy-number.ts'
import { clip } from '#domain/json/issues.ts'
import type { JsonObject } from '#domain/json/json.ts'

/** The body of a message as a JSON object, or why it is none. For verifiers, after the signature. */
export function jsonBody(raw: Uint8Array): { readonly payload: JsonObject } | { readonly unreadable: string } {
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(raw)
    value = JSON.parse(text)
  } catch (error) {
    return { unreadable: `its body is not JSON (${error instanceof Error ? error.message : String(error)})` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { unreadable: 'its body is not a JSON object' }
  const lossy = firstLossyNumber(text)
  if (!lossy) return { payload: value as JsonObject }
  const place = clip(lossy.path.join('.'), 100)
  return { unreadable: `${place} is ${lossy.written.slice(0, 40)}, which is more than a double can hold` }
}
