import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { DefinitionError } from '#domain/agent/errors.ts'
import { type AppEnv, callerOf } from './context.ts'
import type { Route } from './openapi/route.ts'
import type { OwnRoute, OwnRoutes } from './own-routes.ts'
import type { Resource, ResourceDescription } from './resource.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

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
