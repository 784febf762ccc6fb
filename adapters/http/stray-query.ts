import type { MiddlewareHandler } from 'hono'
import * as z from 'zod'
import { readQuery } from './read-query.ts'
import type { RouteTable } from './route-table.ts'

const NO_NAMES = z.strictObject({})

/**
 * Refuses names in the query of a route that takes none: they would go unheeded, and the caller would not know. What takes some
 * reads them by itself, as strictly.
 */
export function refuseStrayQuery(table: RouteTable): MiddlewareHandler {
  return (c, next) => {
    if (!c.req.url.includes('?')) return next()
    const route = table.routeOf(c)
    if (route && !route.query && !route.takesAnyQuery) readQuery(c, NO_NAMES)
    return next()
  }
}
