import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type * as z from 'zod'
import { describeIssues } from '#domain/json/issues.ts'
import { InvalidRequestError, PayloadTooLargeError, UnsupportedMediaTypeError } from './errors.ts'
import { decodeUtf8, parseJson } from './parse-json.ts'
import { unknownKeys } from './wire/unknown-keys.ts'

export const MAX_BODY_BYTES = 1_048_576
/** More than any request needs around its input, and few enough for a schema to complain of each. */
const MAX_VALUES = 500
/** What may be any JSON. */
const OPEN_MEMBERS = new Set(['input', 'result', 'after'])

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
export async function readJson<T>(c: Context, schema: z.ZodType<T>, maxValues = MAX_VALUES): Promise<T> {
  const contentType = c.req.header('content-type')
  if (!isJson(contentType)) throw new UnsupportedMediaTypeError(contentType)
  const encoding = c.req.header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new UnsupportedMediaTypeError(`${encoding}-encoded`)
  const body = parseJson(decodeUtf8(await c.req.arrayBuffer(), 'The body'), 'The body')
  if (countValues(body, maxValues) > maxValues)
    throw new InvalidRequestError([`The body has more than ${String(maxValues)} values beside what may be any JSON`])
  const parsed = schema.safeParse(body, { error: unknownKeys })
  if (parsed.success) return parsed.data
  throw new InvalidRequestError(describeIssues(parsed.error.issues))
}

function isJson(contentType: string | undefined): boolean {
  const [type = ''] = (contentType ?? '').toLowerCase().split(';')
  return /^application\/(?:[\w.+-]+\+)?json$/.test(type.trim())
}

/** Members and items of a body, at any depth, beside what may be any JSON; counted to a little over `most`. */
function countValues(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner: readonly unknown[] = Array.isArray(value) ? value : membersAround(value)
  let count = inner.length
  for (const one of inner) {
    if (count > most) break
    count += countValues(one, most - count)
  }
  return count
}

function membersAround(value: object): readonly unknown[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => (OPEN_MEMBERS.has(name) ? [] : [member]))
}
