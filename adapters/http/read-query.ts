import type { Context } from 'hono'
import type * as z from 'zod'
import { clip, describeIssues } from '#domain/json/issues.ts'
import { InvalidRequestError } from './errors.ts'
import { unknownKeys } from './wire/unknown-keys.ts'

/** More than any route takes; each costs something before anything is known of the caller. */
const MOST_PARAMETERS = 32

/**
 * The query as `schema` has it. A name that is given twice is refused, because either could be meant.
 * @throws {InvalidRequestError}
 */
export function readQuery<T>(c: Context, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(Object.fromEntries(parametersOf(c.req.url)), { error: unknownKeys })
  if (parsed.success) return parsed.data
  throw new InvalidRequestError(describeIssues(parsed.error.issues))
}

function parametersOf(url: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  // Most requests have none, and reading an address costs as much as all else that is done here.
  if (!url.includes('?')) return parameters
  for (const [name, value] of new URL(url).searchParams) {
    if (parameters.has(name)) throw new InvalidRequestError([`${clip(name, 100)}: must be given once`])
    parameters.set(name, value)
    if (parameters.size > MOST_PARAMETERS)
      throw new InvalidRequestError([`The query has more than ${String(MOST_PARAMETERS)} parameters`])
  }
  return parameters
}
