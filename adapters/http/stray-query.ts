import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import * as z from 'zod'
import { ROUTES } from './openapi/routes.ts'
import { readQuery } from './read-query.ts'

const NO_NAMES = z.strictObject({})

/**
 * Refuses names in the query of a route that takes none: they would go unheeded, and whoever sent them would not know. What takes some
 * reads them by itself, as strictly.
 */
export const refuseStrayQuery: MiddlewareHandler = (c, next) => {
  if (!c.req.url.includes('?')) return next()
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL')
  const documented = route && ROUTES[`${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`]
  if (documented && !documented.query) readQuery(c, NO_NAMES)
  return next()
}
