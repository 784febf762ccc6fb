import { type Fields, problemWithFields } from '#domain/agent/definition.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import { type Schema, problemWithSchema } from '#domain/agent/schema.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { SCOPES, type Scope } from '#domain/tenant/principal.ts'

interface PathValues {
  /** Parameters of the path, by their names in `{…}`. */
  readonly params: Readonly<Record<string, string>>
  /** For a route with a schema of its body. */
  readonly body?: unknown
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
  /**
   * Schema of a JSON body: zod, or any Standard Schema that can give its JSON Schema. A body that does not fit is
   * refused with 400. `handle` gets what the schema made of it as `body`; that of the request is read then.
   */
  readonly body?: Schema
  /** Schema of the JSON of a 200, for the OpenAPI document alone. */
  readonly answer?: Schema
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

const NAME = /^(GET|POST|PUT|PATCH|DELETE|ANY) (\/[\w.~-]+(?:\/(?:[\w.~-]+|\{\w+\}))*(?:\/\*)?)$/
const FIELDS: Fields = {
  scope: { type: 'any' },
  summary: { type: 'text', optional: true },
  body: { type: 'any', optional: true },
  answer: { type: 'any', optional: true },
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
  const problem = problemWithFields(route, FIELDS) ?? problemWithSchemas(route)
  if (problem !== null) return problem
  if (route.body && /^(?:GET|ANY) /.test(name))
    return 'it takes no body, so leave the schema out, or name a method such as POST'
  if (route.scope === null || SCOPES.includes(route.scope)) return null
  return `scope must be one of ${SCOPES.join(', ')}, or null for a route that needs no key`
}

function problemWithSchemas({ body, answer }: OwnRoute): string | null {
  for (const [field, schema] of Object.entries({ body, answer })) {
    const problem = schema === undefined ? null : problemWithSchema(schema, field)
    if (problem !== null) return problem
  }
  return null
}
