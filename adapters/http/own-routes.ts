import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { type Fields, problemWithFields } from '#domain/agent/definition.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { SCOPES, type Scope } from '#domain/tenant/principal.ts'
import { type AppEnv, callerOf } from './context.ts'
import type { Route } from './openapi/route.ts'
import type { Resource, ResourceDescription } from './resource.ts'

/** Parameters of the path, by their names in `{…}`. */
interface PathValues {
  readonly params: Readonly<Record<string, string>>
}

/** Who calls, once their key is accepted. */
export interface RouteCaller extends PathValues {
  readonly tenantId: string
  readonly by: Actor
}

type Handle<Context> = (request: Request, context: Context) => Response | Promise<Response>

interface Described {
  /** For the list at `/` and the OpenAPI document. */
  readonly summary?: string
}

/** A route of an author's own. `handle` may be the `fetch` of a Hono app, which gets the context as its `env`. */
export type OwnRoute =
  | (Described & { readonly scope: Scope; readonly handle: Handle<RouteCaller> })
  /** Without a scope no key is asked for, so every caller is let in. */
  | (Described & { readonly scope: null; readonly handle: Handle<PathValues> })

/**
 * Routes by method and whole path: `GET /products/{handle}`. `ANY` is every method, and `/*` at the end is every path
 * below. Errand checks the API key, the tenant's rate, the scope and the size of the body (1 MiB) before `handle`.
 */
export type OwnRoutes = Readonly<Record<string, OwnRoute>>

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const NAME = /^(GET|POST|PUT|PATCH|DELETE|ANY) (\/[\w.~-]+(?:\/(?:[\w.~-]+|\{\w+\}))*(?:\/\*)?)$/
const FIELDS: Fields = {
  scope: { type: 'any' },
  summary: { type: 'text', optional: true },
  handle: { type: 'function' },
}

/** @throws {DefinitionError} naming the route and what is wrong with it. */
export function checkOwnRoutes(routes: OwnRoutes): void {
  for (const [name, route] of Object.entries(routes)) {
    const problem = problemWith(name, route)
    if (problem !== null) throw new DefinitionError(`Route "${name}": ${problem}.`)
  }
}

function problemWith(name: string, route: OwnRoute): string | null {
  if (!NAME.test(name))
    return 'its name must look like "GET /products/{handle}", or "ANY /admin/*" for all below a path'
  const problem = problemWithFields(route, FIELDS)
  if (problem !== null) return problem
  if (route.scope === null || SCOPES.includes(route.scope)) return null
  return `scope must be one of ${SCOPES.join(', ')}, or null for a route that needs no key`
}

/** Serves them beside the other parts of the HTTP interface. @throws {DefinitionError} where a route is in their way. */
export function ownResource(own: OwnRoutes, others: readonly ResourceDescription[]): Resource {
  const app = new Hono<AppEnv>()
  const routes: Record<string, Route> = {}
  for (const [name, route] of Object.entries(own)) {
    const [method = '', path = ''] = name.split(' ')
    refuseTaken(name, path, others)
    for (const one of method === 'ANY' ? METHODS : [method]) {
      if (`${one} ${path}` in routes) throw new DefinitionError(`Two routes serve ${one} ${path}.`)
      routes[`${one} ${path}`] = described(one, path, route)
      app.on(one, path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
        const answer = await answerOf(c, route)
        // What Errand says of the tenant's rate goes with it. An upgrade to a WebSocket is more than its body and headers.
        return answer.status === 101 ? answer : c.newResponse(answer.body, answer)
      })
    }
  }
  return { path: '/', routes, app }
}

function refuseTaken(name: string, path: string, others: readonly ResourceDescription[]): void {
  const [, first] = path.split('/')
  const taken = ['openapi.json', ...others.map((other) => other.path.split('/')[1])]
  if (taken.includes(first))
    throw new DefinitionError(`Route "${name}": all paths below /${String(first)} are Errand's own. Take another.`)
}

function answerOf(c: Context<AppEnv>, route: OwnRoute): Response | Promise<Response> {
  const params = c.req.param()
  if (route.scope === null) return route.handle(c.req.raw, { params })
  return route.handle(c.req.raw, { params, ...callerOf(c) })
}

const OWN = { name: 'own', description: 'Routes that this installation adds.' }

function described(method: string, path: string, { summary, scope }: OwnRoute): Route {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return {
    id: `${method.toLowerCase()}${path.replaceAll(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: summary ?? `${method} ${path}`,
    scope,
    tag: OWN,
    ...(names.length > 0 && { path: Object.fromEntries(names.map((name) => [name, z.string()])) }),
    takesAnyQuery: true,
    answers: { 200: { description: 'The answer.' } },
  }
}
