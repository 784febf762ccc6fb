import { MOST_DEPTH, isTooDeep } from '#domain/json/depth.ts'
import { firstLossyNumber } from '#domain/json/lossy-number.ts'
import { clip } from '#domain/json/issues.ts'
import { InvalidRequestError, MalformedJsonError } from './errors.ts'

/** @throws {MalformedJsonError} */
export function decodeUtf8(bytes: ArrayBuffer | Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw new MalformedJsonError('it is not UTF-8', what)
  }
}

/** @param what it is, for the error. @throws {MalformedJsonError} {InvalidRequestError} */
export function parseJson(text: string, what: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new MalformedJsonError(
      text.trim() === '' ? 'it is empty' : error instanceof Error ? error.message : String(error),
      what,
    )
  }
  if (isTooDeep(value)) throw new InvalidRequestError([`${what} is nested more than ${String(MOST_DEPTH)} levels deep`])
  if (text.includes('__proto__') && hasProto(value))
    throw new InvalidRequestError([
      `${what} has a member named "__proto__", which many programs would lose or take for something else`,
    ])
  const lossy = firstLossyNumber(text)
  if (lossy) {
    const place = clip(lossy.path.join('.'), 100) || what
    throw new InvalidRequestError([
      `${place}: ${lossy.written.slice(0, 40)} is more than a double can hold; send it as a string`,
    ])
  }
  return value
}

function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto)
}
