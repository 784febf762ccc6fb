import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type * as z from 'zod'
import { firstLossyNumber } from '#domain/json/lossy-number.ts'
import { clip, describeIssues } from '#domain/json/issues.ts'
import { InvalidRequestError, MalformedJsonError, PayloadTooLargeError, UnsupportedMediaTypeError } from './errors.ts'

export const MAX_BODY_BYTES = 1_048_576
/** Deeper than any honest input, and far from where recursive code would overflow the stack. */
const MAX_DEPTH = 100
/** More than any request needs around its input, and few enough for a schema to complain of each. */
const MAX_VALUES = 500
/** What may be any JSON. */
const OPEN_MEMBERS = new Set(['input', 'result'])

const countBytes = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new PayloadTooLargeError(MAX_BODY_BYTES)
  },
})

/** A body that says how long it is need not be counted, and merely looking at it costs a fifth of what a submission does. */
export const limitBody: MiddlewareHandler = (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  const length = c.req.header('content-length')
  if (length === undefined || c.req.header('transfer-encoding') !== undefined) return countBytes(c, next)
  if (Number(length) > MAX_BODY_BYTES) throw new PayloadTooLargeError(MAX_BODY_BYTES)
  return next()
}

/** @throws {UnsupportedMediaTypeError} {MalformedJsonError} {InvalidRequestError} */
export async function readJson<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const contentType = c.req.header('content-type')
  if (!isJson(contentType)) throw new UnsupportedMediaTypeError(contentType)
  const encoding = c.req.header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new UnsupportedMediaTypeError(`${encoding}-encoded`)
  const body = parse(decode(await c.req.arrayBuffer()))
  if (valuesAround(body) > MAX_VALUES)
    throw new InvalidRequestError([`The body has more than ${String(MAX_VALUES)} values beside what may be any JSON`])
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new InvalidRequestError(describeIssues(parsed.error.issues))
}

function isJson(contentType: string | undefined): boolean {
  const [type = ''] = (contentType ?? '').toLowerCase().split(';')
  return /^application\/(?:[\w.+-]+\+)?json$/.test(type.trim())
}

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw new MalformedJsonError('it is not UTF-8')
  }
}

function parse(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new MalformedJsonError(
      text.trim() === '' ? 'it is empty' : error instanceof Error ? error.message : String(error),
    )
  }
  if (isDeeperThan(value, MAX_DEPTH))
    throw new InvalidRequestError([`The body is nested more than ${String(MAX_DEPTH)} levels deep`])
  if (text.includes('__proto__') && hasProto(value))
    throw new InvalidRequestError([
      'The body has a member named "__proto__", which many programs would lose or take for something else',
    ])
  const lossy = firstLossyNumber(text)
  if (lossy) {
    const place = clip(lossy.path.join('.'), 100) || 'The body'
    throw new InvalidRequestError([
      `${place}: ${lossy.written.slice(0, 40)} is more than a double can hold; send it as a string`,
    ])
  }
  return value
}

/** Members and items of a body, at any depth, beside what may be any JSON; counted to a little over `MAX_VALUES`. */
function valuesAround(body: unknown): number {
  if (typeof body !== 'object' || body === null) return 1
  const members: [string, unknown][] = Object.entries(body)
  const around = members.flatMap(([name, value]) => (OPEN_MEMBERS.has(name) ? [] : [value]))
  return countValues(around, MAX_VALUES)
}

function countValues(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner: readonly unknown[] = Object.values(value)
  let count = inner.length
  for (const one of inner) {
    if (count > most) break
    count += countValues(one, most - count)
  }
  return count
}

function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto)
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  return Object.values(value).some((inner) => isDeeperThan(inner, depth - 1))
}
