import type { Context } from 'hono'
import type * as z from 'zod'
import { InvalidRequestError } from './http-errors.ts'

/**
 * The query as `schema` has it. A name that is given twice is refused, for nobody could say which one is meant.
 * @throws {InvalidRequestError}
 */
export function readQuery<T>(c: Context, schema: z.ZodType<T>): T {
  // Most requests have none, and reading an address costs as much as all else that is done here.
  const given = c.req.url.includes('?') ? [...new URL(c.req.url).searchParams] : []
  const names = given.map(([name]) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new InvalidRequestError([`${twice}: must be given once`])
  const parsed = schema.safeParse(Object.fromEntries(given))
  if (parsed.success) return parsed.data
  throw new InvalidRequestError(
    parsed.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)),
  )
}
