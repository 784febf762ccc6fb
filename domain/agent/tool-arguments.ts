import { MOST_DEPTH, isTooDeep } from '../json/depth.ts'
import type { JsonValue } from '../json/json.ts'
import { firstLossyNumber } from '../json/lossy-number.ts'

/** Why a call with these arguments cannot be made, for the model to correct itself; `null` when they are JSON that keeps its values. */
export function problemWithArguments(input: JsonValue): string | null {
  // What an adapter could not read it hands on as the model wrote it.
  return typeof input === 'string' ? problemWithText(input) : null
}

function problemWithText(text: string): string {
  const value = parsed(text)
  if (value === undefined) return 'The arguments are not valid JSON. Write them again, as one JSON object.'
  if (isTooDeep(value))
    return `The arguments are nested more than ${String(MOST_DEPTH)} levels deep. Write them again, with fewer levels.`
  const lossy = firstLossyNumber(text)
  if (!lossy) return 'The arguments are not a JSON object.'
  const place = lossy.path.join('.') || 'the number'
  return `The arguments do not fit: ${place}: ${lossy.written.slice(0, 40)} is more than a double can hold; send it as a string.`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
