import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { AppEnv } from '#adapters/http/context.ts'
import { tenantOf } from '#adapters/http/context.ts'
import type { Resource } from '#adapters/http/resource.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import { JobNotFoundError } from '#domain/job/errors.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import type { TestAppOptions } from '#test/support/test-app-options.ts'

const REPORTS = { name: 'reports', description: 'What an author adds.' }
const Report = z.object({ tenant: z.string() }).meta({ id: 'ShopReport', examples: [{ tenant: 'acme' }] })

const described = { tag: REPORTS, answers: { 200: { description: 'It is.', schema: Report } } }

/** A route of an author's own, behind a key. */
const reports: Resource = {
  path: '/reports',
  routes: {
    'GET /{name}': { id: 'getReport', summary: 'A report', scope: 'read', ...described },
    'PUT /{name}': { id: 'putReport', summary: 'Write a report', scope: 'submit', ...described },
  },
  refusals: { '/reports/none': [new JobNotFoundError('none')] },
  app: new Hono<AppEnv>()
    .get('/:name', (c) => {
      if (c.req.param('name') === 'none') throw new JobNotFoundError('none')
      return c.json({ tenant: tenantOf(c) })
    })
    .put('/:name', (c) => c.json({ tenant: tenantOf(c) })),
}

/** A sender that has no key of ours. */
const hooks: Resource = {
  path: '/hooks',
  routes: {
    'POST /{source}': { id: 'receive', summary: 'Take an event', scope: null, ...described },
    'GET /{source}/events': { id: 'listEvents', summary: 'List events', scope: 'read', ...described },
  },
  app: new Hono<AppEnv>()
    .post('/:source', (c) => c.json({ tenant: 'of the source' }))
    .get('/:source/events', (c) => c.json({ tenant: tenantOf(c) })),
}

/** Inside of the path of another resource, which would take its name for the id of a job. */
const nested: Resource = {
  path: '/jobs/report',
  routes: { 'GET /': { id: 'jobReport', summary: 'A report of all jobs', scope: 'read', ...described } },
  app: new Hono<AppEnv>().get('/', (c) => c.json({ tenant: tenantOf(c) })),
}

const mine = [reports, hooks, nested]

describe.each<{ order: string; options: TestAppOptions }>([
  { order: 'before the others', options: { resources: (standard) => [...mine, ...standard] } },
  { order: 'after the others', options: { resources: (standard) => [...standard, ...mine] } },
  { order: 'in reverse', options: { resources: (standard) => [...standard, ...mine].toReversed() } },
])('resources that are mounted $order', ({ options }) => {
  const scene = async () => {
    const app = testApp([], new ListedModel(), options)
    const asKey = async (scope: 'read' | 'submit') => ({ authorization: `Bearer ${await app.key('acme', [scope])}` })
    return { ...app, read: await asKey('read'), submit: await asKey('submit') }
  }

  test('are behind the key, its rate and its scope', async () => {
    const { fetch, read, submit } = await scene()
    expect((await fetch('/reports/week')).status).toBe(401)
    const answer = await fetch('/reports/week', { headers: read })
    expect([answer.status, await answer.json()]).toEqual([200, { tenant: 'acme' }])
    expect(answer.headers.get('ratelimit')).not.toBeNull()
    const refused = await fetch('/reports/week', { headers: submit })
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { code: 'forbidden', instance: '/reports/week' },
    ])
    expect((await fetch('/reports/week', { method: 'PUT', headers: submit })).status).toBe(200)
  })

  test('answer their errors as problems', async () => {
    const { fetch, read } = await scene()
    const missing = await fetch('/reports/none', { headers: read })
    expect(missing.headers.get('content-type')).toBe('application/problem+json')
    expect(await missing.json()).toMatchObject({ status: 404, code: 'job_not_found', instance: '/reports/none' })
    const wrong = await fetch('/reports/week', { method: 'DELETE', headers: read })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, PUT, HEAD'])
    expect((await fetch('/reports/week?stray=1', { headers: read })).status).toBe(400)
  })

  test('may have public routes, and no others of the same resource are public', async () => {
    const { fetch, read } = await scene()
    const taken = await fetch('/hooks/shop', { method: 'POST' })
    expect([taken.status, await taken.json()]).toEqual([200, { tenant: 'of the source' }])
    expect((await fetch('/hooks/shop', { method: 'GET' })).status).toBe(405)
    expect((await fetch('/hooks/shop/events')).status).toBe(401)
    expect((await fetch('/hooks/shop/events', { headers: read })).status).toBe(200)
    expect((await fetch('/hooks/shop/unknown')).status).toBe(401)
  })

  test('may lie inside of the path of another', async () => {
    const { fetch, read } = await scene()
    expect(await (await fetch('/jobs/report', { headers: read })).json()).toEqual({ tenant: 'acme' })
    expect(await (await fetch('/jobs/counts', { headers: read })).json()).toHaveProperty('total')
    expect((await fetch('/jobs/job_1', { headers: read })).status).toBe(404)
  })

  test('are listed and documented', async () => {
    const { fetch } = await scene()
    const { routes } = (await (await fetch('/')).json()) as { routes: Record<string, string> }
    expect(routes).toMatchObject({ 'GET /reports/{name}': 'A report', 'POST /hooks/{source}': 'Take an event' })
    const document: unknown = await (await fetch('/openapi.json')).json()
    expect(document).toMatchObject({
      tags: expect.arrayContaining([REPORTS]) as unknown,
      paths: {
        '/reports/{name}': { get: { operationId: 'getReport', responses: { 401: {}, 403: {} } } },
        '/hooks/{source}': { post: { operationId: 'receive', security: [] } },
      },
      components: { schemas: { ShopReport: {} } },
    })
  })
})

describe('a server does not start with a resource that', () => {
  const route = { id: 'x', summary: 'X', scope: 'read', ...described } as const
  const app = () => new Hono<AppEnv>().get('/', (c) => c.text(''))
  test.each<{ what: string; resource: Resource; says: string }>([
    {
      what: 'serves a route without a description',
      resource: { path: '/x', routes: {}, app: app() },
      says: 'The resource /x serves "GET /", which its routes do not describe.',
    },
    {
      what: 'describes a route that it does not serve',
      resource: { path: '/x', routes: { 'GET /': route, 'GET /y': route }, app: app() },
      says: 'The resource /x describes "GET /y", which its app does not serve.',
    },
    {
      what: 'takes the route of another',
      resource: { path: '/agents', routes: { 'GET /': route }, app: app() },
      says: 'Two resources serve GET /agents. Mount one of them elsewhere.',
    },
    {
      what: 'is mounted at a path with a parameter',
      resource: { path: '/x/:id', routes: { 'GET /': route }, app: app() },
      says: 'A resource cannot be mounted at "/x/:id": its path must look like "/reports".',
    },
  ])('$what', ({ resource, says }) => {
    expect(() => testApp([], new ListedModel(), { resources: (standard) => [...standard, resource] })).toThrow(
      new DefinitionError(says),
    )
  })
})
