import { Hono } from 'hono'
import type { AppEnv } from '../context.ts'
import type { Route } from '../openapi/route.ts'
import { SERVICE } from '../openapi/tags.ts'
import type { Resource } from '../resource.ts'
import { Caller, type CallerView } from '../wire/caller.ts'

/** What a key is good for, for programs that show their users no more than that. */
export function callerResource(): Resource {
  const app = new Hono<AppEnv>().get('/', (c) => {
    const { tenantId, scopes, actor } = c.get('principal')
    return c.json({ tenant: tenantId, scopes: [...scopes], actor } satisfies CallerView)
  })
  return { path: '/caller', routes: ROUTES, app }
}

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'getCaller',
    summary: 'Your tenant, and what your key may do',
    scope: 'any',
    tag: SERVICE,
    answers: { 200: { description: 'As the service sees the caller.', schema: Caller } },
  },
}
