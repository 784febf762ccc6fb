import type { Hono } from 'hono'
import type { ZodOpenApiObject } from 'zod-openapi'
import type { AppError } from '#domain/app-error.ts'
import type { AppEnv } from './context.ts'
import type { Route } from './openapi/route.ts'

/** Errors that the document shows as examples, by the path that they are answered at. One is enough for a code, whichever resource has it. */
export type RefusalExamples = Readonly<Record<string, readonly AppError[]>>

/** What a resource says of itself in the OpenAPI document and in the listing at `/`. */
export interface ResourceDescription {
  /** Where it is mounted, without parameters: `/jobs`. */
  readonly path: string
  /** By method and path below `path`: `POST /`, `GET /{id}`. */
  readonly routes: Readonly<Record<string, Route>>
  /** Requests that we send to the client's server. */
  readonly webhooks?: NonNullable<ZodOpenApiObject['webhooks']>
  readonly refusals?: RefusalExamples
}

/**
 * One part of the HTTP interface. `createHttpApp` mounts a list of them: to serve more, add an entry.
 *
 * The order of the list is the order of the document, and changes nothing else. A route's description is enforced: its
 * scope is demanded, and query parameters that it does not name are refused. A server does not start with a route that
 * has no description. An `AppError` that a route throws is answered as Problem Details.
 */
export interface Resource extends ResourceDescription {
  /** Serves the routes, with paths below `path`. Which of its own routes comes first is its own matter. */
  readonly app: Hono<AppEnv>
}

export interface DescribedRoute {
  readonly method: string
  /** The whole path: `/jobs/{id}`. */
  readonly path: string
  readonly route: Route
}

/** Every route of the resources, in their order. */
export function describedRoutes(resources: readonly ResourceDescription[]): readonly DescribedRoute[] {
  return resources.flatMap(({ path: base, routes }) =>
    Object.entries(routes).map(([name, route]) => {
      const [method = '', path = '/'] = name.split(' ')
      return { method, path: join(base, path), route }
    }),
  )
}

function join(base: string, path: string): string {
  if (base === '/') return path
  return path === '/' ? base : `${base}${path}`
}
