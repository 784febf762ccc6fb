import { Hono } from 'hono'
import type { AppEnv } from '../context.ts'
import type { Route } from '../openapi/route.ts'
import { SERVICE } from '../openapi/tags.ts'
import type { Resource } from '../resource.ts'
import { Health } from '../wire/service.ts'

export interface HealthResourceDeps {
  /** Where this runs. */
  readonly runtime: string
}

export function healthResource({ runtime }: HealthResourceDeps): Resource {
  const app = new Hono<AppEnv>().get('/', (c) => c.json({ status: 'ok', runtime }))
  return { path: '/healthz', routes: ROUTES, app }
}

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'health',
    summary: 'Whether the service is up',
    scope: null,
    tag: SERVICE,
    answers: { 200: { description: 'It is.', schema: Health } },
  },
}
