import { MOST_DEPTH, isTextTooDeep } from '#domain/json/depth.ts'
import { jsonBytes } from '#domain/json/json.ts'
import { firstLossyNumber } from '#domain/json/lossy-number.ts'
import { clip } from '#domain/json/issues.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { InvalidRequestError, MalformedJsonError, PayloadTooLargeError } from './errors.ts'

/** As JSON is stored, which a storage puts into one row. */
const MOST_STORED_BYTES = DEFAULT_LIMITS.maxTranscriptBytes
/** More than any JSON grows when it is stored: `1e20` becomes `100000000000000000000`. */
const MOST_GROWTH = 6

/** @throws {MalformedJsonError} */
export function decodeUtf8(bytes: ArrayBuffer | Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw new MalformedJsonError('it is not UTF-8', what)
  }
}

/** @param what it is, for the error. @throws {MalformedJsonError} {InvalidRequestError} {PayloadTooLargeError} */
export function parseJson(text: string, what: string): unknown {
  if (isTextTooDeep(text))
    throw new InvalidRequestError([`${what} is nested more than ${String(MOST_DEPTH)} levels deep`])
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new MalformedJsonError(
      text.trim() === '' ? 'it is empty' : error instanceof Error ? error.message : String(error),
      what,
    )
  }
  if (isTooLargeToStore(value, text))
    throw new PayloadTooLargeError(MOST_STORED_BYTES, `${what}, with its numbers written out,`)
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

function isTooLargeToStore(value: unknown, { length }: string): boolean {
  return length * MOST_GROWTH > MOST_STORED_BYTES && jsonBytes(value) > MOST_STORED_BYTES
}

function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto)
}
