import type { Context, Hono } from 'hono'
import { matchedRoutes } from 'hono/route'
import { DefinitionError } from '#domain/agent/errors.ts'
import type { AppEnv } from './context.ts'
import { MethodNotAllowedError, NotFoundError } from './errors.ts'
import type { Route } from './openapi/route.ts'
import { type Resource, describedRoutes } from './resource.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** What is served, and what is described of it. */
export class RouteTable {
  readonly #app: Hono<AppEnv>
  /** By method and whole path, as the document writes them: `GET /jobs/{id}`. */
  readonly #routes: ReadonlyMap<string, Route>
  /** Those that were asked for, by what Hono holds of them: it costs less than their names. */
  readonly #known = new Map<ServedRoute, Route>()

  private constructor(app: Hono<AppEnv>, routes: ReadonlyMap<string, Route>) {
    this.#app = app
    this.#routes = routes
  }

  /** @throws {DefinitionError} where two resources are in each other's way, or one serves anything else than it describes. */
  static of(app: Hono<AppEnv>, resources: readonly Resource[]): RouteTable {
    const routes = new Map<string, Route>()
    for (const resource of resources) {
      checkServed(resource)
      for (const { method, path, route } of describedRoutes([resource])) {
        const name = `${method} ${path}`
        if (routes.has(name)) throw new DefinitionError(`Two resources serve ${name}. Mount one of them elsewhere.`)
        routes.set(name, route)
      }
    }
    return new RouteTable(app, routes)
  }

  /** The methods that some route has, on any path. */
  get methods(): readonly string[] {
    const taken = new Set([...this.#routes.keys()].map((name) => name.split(' ')[0]))
    return METHODS.filter((method) => taken.has(method))
  }

  /** The route that answers this request; `undefined` where there is none. */
  routeOf(c: Context): Route | undefined {
    return this.#described(matchedRoutes(c))
  }

  /** Whether a request needs no key: its route says so, or there is none and another method of its path is public. */
  isPublic(c: Context, route: Route | undefined): boolean {
    if (route) return route.scope === null
    return METHODS.some((method) => this.#at(method, c.req.path)?.scope === null)
  }

  /** Why no route answers this request. */
  refusalOf({ req: { method, path } }: Context): NotFoundError | MethodNotAllowedError {
    const taken = METHODS.filter((other) => this.#at(other, path) !== undefined)
    if (taken.length === 0) return new NotFoundError(path)
    return new MethodNotAllowedError(method, path, taken.includes('GET') ? [...taken, 'HEAD'] : taken)
  }

  #at(method: string, path: string): Route | undefined {
    return this.#described(this.#app.router.match(method, path)[0].map(([[, route]]) => route))
  }

  #described(matched: readonly ServedRoute[]): Route | undefined {
    const served = matched.find(isRoute)
    if (!served) return undefined
    const route = this.#known.get(served) ?? this.#routes.get(nameOf(served))
    if (route) this.#known.set(served, route)
    return route
  }
}

interface ServedRoute {
  readonly method: string
  readonly path: string
}

/** Hono keeps middleware among the routes, as `ALL`. */
function isRoute({ method }: ServedRoute): boolean {
  return method !== 'ALL'
}

/** As the document writes it: `/jobs/:id{[0-9]+}` is `/jobs/{id}`. */
function nameOf({ method, path }: ServedRoute): string {
  return `${method} ${path.replaceAll(/:(\w+)(?:\{.*?\}(?=\/|$))?/g, '{$1}')}`
}

const MOUNT_PATH = /^(?:\/|(?:\/[\w.~-]+)+)$/

function checkServed({ path, app, routes }: Resource): void {
  if (!MOUNT_PATH.test(path))
    throw new DefinitionError(`A resource cannot be mounted at "${path}": its path must look like "/reports".`)
  const served = new Set(app.routes.filter(isRoute).map(nameOf))
  const extra = [...served].find((name) => !(name in routes))
  if (extra !== undefined)
    throw new DefinitionError(`The resource ${path} serves "${extra}", which its routes do not describe.`)
  const missing = Object.keys(routes).find((name) => !served.has(name))
  if (missing !== undefined)
    throw new DefinitionError(`The resource ${path} describes "${missing}", which its app does not serve.`)
}
