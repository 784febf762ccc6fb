import { Hono } from 'hono'
import * as z from 'zod'
import type { AppEnv } from '../context.ts'
import { DocumentPublisher } from '../openapi/document.ts'
import type { Route } from '../openapi/route.ts'
import { SERVICE } from '../openapi/tags.ts'
import { isKnown } from '../request-headers.ts'
import { type Resource, type ResourceDescription, describedRoutes } from '../resource.ts'
import { Index } from '../wire/service.ts'

/** The list of all routes and the OpenAPI document, of this resource and of the others. */
export function contractResource(others: readonly ResourceDescription[]): Resource {
  const description: ResourceDescription = { path: '/', routes: ROUTES }
  const all = [...others, description]
  const publisher = new DocumentPublisher(all)
  const app = new Hono<AppEnv>()
    .get('/openapi.json', async (c) => {
      const { text, etag } = await publisher.publish()
      // It changes with a deploy and at no other time.
      const headers = { etag, 'cache-control': 'public, max-age=300' }
      if (isKnown(c, etag)) return c.body(null, 304, headers)
      return c.body(text, 200, { ...headers, 'content-type': 'application/json' })
    })
    .get('/', (c) => c.json({ service: 'errand', routes: routeSummaries(all) }))
  return { ...description, app }
}

/** One line for each route. */
function routeSummaries(resources: readonly ResourceDescription[]): Record<string, string> {
  return Object.fromEntries(
    describedRoutes(resources).map(({ method, path, route }) => [`${method} ${path}`, route.summary]),
  )
}

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /openapi.json': {
    id: 'openApi',
    summary: 'This document',
    scope: null,
    tag: SERVICE,
    headers: ['if-none-match'],
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        schema: z.looseObject({ openapi: z.string() }),
        headers: ['etag', 'cache-control'],
      },
      304: { description: 'The caller knows this version already.', headers: ['etag', 'cache-control'] },
    },
  },
  'GET /': {
    id: 'index',
    summary: 'What there is',
    scope: null,
    tag: SERVICE,
    answers: { 200: { description: 'The routes.', schema: Index } },
  },
}
