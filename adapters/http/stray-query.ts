import type { Context } from 'hono'
import * as z from 'zod'
import type { Route } from './openapi/route.ts'
import { readQuery } from './read-query.ts'

const NO_NAMES = z.strictObject({})

/**
 * Refuses names in the query of a route that takes none: they would go unheeded, and the caller would not know. What takes some
 * reads them by itself, as strictly.
 */
export function refuseStrayQuery(c: Context, { query, takesAnyQuery }: Route): void {
  if (!query && !takesAnyQuery && c.req.url.includes('?')) readQuery(c, NO_NAMES)
}
