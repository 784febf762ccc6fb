import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { DefinitionError } from '#domain/agent/errors.ts'
import { type Schema, parseWith } from '#domain/agent/schema.ts'
import { type AppEnv, callerOf } from './context.ts'
import { InvalidRequestError } from './errors.ts'
import { BODY_ERRORS, type DocumentedSchema, type Route } from './openapi/route.ts'
import { readJson } from './read-json.ts'
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
  const taken = ['openapi.json', 'console', ...others.map((other) => other.path.split('/')[1])]
  if (taken.includes(first))
    throw new DefinitionError(`Route "${name}": all paths below /${String(first)} are Errand's own. Take another.`)
}

async function answerOf(c: Context<AppEnv>, route: OwnRoute): Promise<Response> {
  const values = { params: c.req.param(), ...(route.body && { body: await readBody(c, route.body) }) }
  if (route.scope === null) return route.handle(c.req.raw, values)
  return route.handle(c.req.raw, { ...values, ...callerOf(c) })
}

/** @throws {UnsupportedMediaTypeError} {MalformedJsonError} {InvalidRequestError} */
async function readBody(c: Context<AppEnv>, schema: Schema): Promise<unknown> {
  const parsed = await parseWith(schema, await readJson(c, z.unknown(), Number.POSITIVE_INFINITY))
  if (parsed.ok) return parsed.value
  throw new InvalidRequestError(parsed.problems)
}

const OWN = { name: 'own', description: 'Routes that this installation adds.' }

function described(method: string, path: string, { summary, scope, body, answer }: OwnRoute): Route {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return {
    id: `${method.toLowerCase()}${path.replaceAll(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: summary ?? `${method} ${path}`,
    scope,
    tag: OWN,
    ...(names.length > 0 && { path: Object.fromEntries(names.map((name) => [name, z.string()])) }),
    takesAnyQuery: true,
    ...(body && { body: documented(body), errors: BODY_ERRORS }),
    answers: { 200: { description: 'The answer.', ...(answer && { schema: documented(answer) }) } },
  }
}

/** As JSON Schema: the author's copy of a library may be another than ours. */
function documented(schema: Schema): DocumentedSchema {
  const written = Object.entries(schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }))
  return Object.fromEntries(written.filter(([name]) => name !== '$schema'))
}
