import { Hono } from 'hono'
import { asError } from '#domain/agent/thrown.ts'
import type { Logger } from '#ports/logger.ts'
import { type AppEnv, demand } from './context.ts'
import { allowOrigins } from './cross-origin.ts'
import { type AuthenticationDeps, authenticate } from './authentication.ts'
import { problemHandler } from './problem.ts'
import { limitBody } from './read-json.ts'
import type { Resource } from './resource.ts'
import { contractResource } from './resources/contract.ts'
import { RouteTable } from './route-table.ts'
import { refuseStrayQuery } from './stray-query.ts'

export interface HttpDeps extends AuthenticationDeps {
  /** What is served beside the contract itself. */
  readonly resources: readonly Resource[]
  /** Origins of pages that may call from a browser; `*` for all. */
  readonly corsOrigins: readonly string[]
  readonly logger: Logger
}

/** The whole HTTP interface, the same on every runtime. @throws {DefinitionError} where the resources do not fit together. */
export function createHttpApp(deps: HttpDeps): Hono<AppEnv> {
  const resources = [...deps.resources, contractResource(deps.resources)]
  const app = new Hono<AppEnv>()
  // Hono takes errors alone to `onError`; an author's route or schema may throw anything.
  app.use((_c, next) =>
    next().catch((thrown: unknown) => {
      throw asError(thrown)
    }),
  )
  const table = RouteTable.of(app, resources)
  if (deps.corsOrigins.length > 0) app.use(allowOrigins(deps.corsOrigins, table.methods))
  // One middleware, because each costs every request 0.5 KB.
  app.use(async (c, next) => {
    const route = table.routeOf(c)
    if (!table.isPublic(c, route)) await authenticate(c, deps)
    if (!route) throw table.refusalOf(c)
    refuseStrayQuery(c, route)
    if (route.scope !== null && route.scope !== 'any' && !route.scopeByBody) demand(c, route.scope)
    // A body that is read as it comes is limited by its lines.
    return route.bodyLines ? next() : limitBody(c, next)
  })
  for (const { path, app: served } of longestPathFirst(resources)) app.route(path, served)
  app.onError(problemHandler(deps.logger))
  return app
}

/** What is mounted inside of another resource's path comes before it: the order of the list does not matter. */
function longestPathFirst(resources: readonly Resource[]): readonly Resource[] {
  return resources.toSorted((a, b) => b.path.length - a.path.length)
}
