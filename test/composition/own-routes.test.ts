import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { ownResource } from '#adapters/http/own-resource.ts'
import { type OwnRoutes, type RouteCaller, checkOwnRoutes } from '#adapters/http/own-routes.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const hono = new Hono<{ Bindings: RouteCaller }>()
  .get('/admin/:page', (c) => c.json({ page: c.req.param('page'), tenant: c.env.tenantId }))
  .post('/admin', async (c) => c.json({ took: await c.req.json() }, 201))

const routes: OwnRoutes = {
  'GET /orders/{handle}': {
    scope: 'read',
    summary: 'An order',
    handle: (request, { tenantId, by, params }) =>
      Response.json({ tenantId, kind: by.kind, ...params, query: new URL(request.url).search }),
  },
  'POST /orders': { scope: 'submit', handle: () => new Response(null, { status: 204 }) },
  'PUT /stock/{sku}': {
    scope: 'submit',
    body: z.object({ count: z.int().min(1), note: z.string().default('none') }),
    answer: z.object({ stored: z.object({ count: z.int() }) }),
    handle: (_request, { body }) => Response.json({ stored: body }),
  },
  'GET /offers': { scope: null, handle: (_request, context) => Response.json(Object.keys(context)) },
  'ANY /admin/*': { scope: 'admin', handle: hono.fetch },
  'GET /away': {
    scope: 'read',
    handle: () => {
      throw new StorageUnavailableError(new Error('away'))
    },
  },
  'GET /odd': {
    scope: 'read',
    handle: () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- an author's code may
      throw 'a text'
    },
  },
}

async function scene() {
  const resources = (standard: Parameters<typeof ownResource>[1]) => [
    ...(standard as ReturnType<typeof ownResource>[]),
    ownResource(routes, standard),
  ]
  const { fetch, key } = testApp([], new ListedModel(), { resources })
  const as = async (scope: 'read' | 'submit' | 'admin') => ({ authorization: `Bearer ${await key('acme', [scope])}` })
  return { fetch, read: await as('read'), submit: await as('submit'), admin: await as('admin') }
}

describe("an author's routes", () => {
  test('are behind the key, the rate of the tenant and the scope', async () => {
    const { fetch, read, submit } = await scene()
    expect((await fetch('/orders/mug')).status).toBe(401)
    expect((await fetch('/orders/mug', { headers: submit })).status).toBe(403)
    const answer = await fetch('/orders/a%20mug?page=2', { headers: read })
    expect(answer.headers.get('ratelimit')).not.toBeNull()
    expect(await answer.json()).toEqual({ tenantId: 'acme', kind: 'key', handle: 'a mug', query: '?page=2' })
    const taken = await fetch('/orders', { method: 'POST', headers: submit })
    expect([taken.status, taken.headers.get('ratelimit') === null]).toEqual([204, false])
  })

  test('are open to every caller where the scope is null, and know none', async () => {
    const { fetch } = await scene()
    expect(await (await fetch('/offers')).json()).toEqual(['params'])
  })

  test('with a schema of the body take what fits, as the schema makes it', async () => {
    const { fetch, submit } = await scene()
    const put = (body: string, type = 'application/json') =>
      fetch('/stock/mug', { method: 'PUT', headers: { ...submit, 'content-type': type }, body })
    expect(await (await put('{"count": 2}')).json()).toEqual({ stored: { count: 2, note: 'none' } })
    const refused = await put('{"count": 0}')
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { code: 'invalid_request', detail: expect.stringContaining('count: Too small') as unknown },
    ])
    expect((await put('{"count"')).status).toBe(400)
    expect((await put('count=2', 'text/plain')).status).toBe(415)
  })

  test('show the schemas of their bodies and answers in the OpenAPI document', async () => {
    const { fetch } = await scene()
    const { paths } = (await (await fetch('/openapi.json')).json()) as {
      paths: Record<string, { put: Record<string, unknown> }>
    }
    const json = (schema: object) => ({ content: { 'application/json': { schema } } })
    expect(paths['/stock/{sku}']?.put).toMatchObject({
      requestBody: json({ properties: { count: { type: 'integer', minimum: 1 } }, required: ['count'] }),
      responses: { 200: json({ properties: { stored: { type: 'object' } } }), 415: {} },
    })
    expect(JSON.stringify(paths)).not.toContain('$schema')
  })

  test('may be a Hono app below a path', async () => {
    const { fetch, read, admin } = await scene()
    expect(await (await fetch('/admin/stock', { headers: admin })).json()).toEqual({ page: 'stock', tenant: 'acme' })
    const body = JSON.stringify({ a: 1 })
    const made = await fetch('/admin', { method: 'POST', headers: admin, body })
    expect([made.status, await made.json()]).toEqual([201, { took: { a: 1 } }])
    expect((await fetch('/admin/stock', { headers: read })).status).toBe(403)
    expect((await fetch('/admin/stock')).status).toBe(401)
  })

  test('take bodies of 1 MiB, and no larger ones', async () => {
    const { fetch, admin } = await scene()
    const body = JSON.stringify('x'.repeat(1_048_576))
    expect((await fetch('/admin', { method: 'POST', headers: admin, body })).status).toBe(413)
  })

  test('answer 404 and 405 like those of Errand, and what they throw as a problem', async () => {
    const { fetch, read } = await scene()
    expect((await fetch('/orders/a/b', { headers: read })).status).toBe(404)
    expect((await fetch('/orders/a', { method: 'PUT', headers: read })).headers.get('allow')).toBe('GET, HEAD')
    const away = await fetch('/away', { headers: read })
    expect([away.status, await away.json()]).toMatchObject([503, { code: 'storage_unavailable', instance: '/away' }])
    const odd = await fetch('/odd', { headers: read })
    expect([odd.status, await odd.json()]).toMatchObject([500, { code: 'internal_error' }])
  })

  test('are listed, and documented where OpenAPI has words for them', async () => {
    const { fetch } = await scene()
    const listed = (await (await fetch('/')).json()) as { routes: Record<string, string> }
    expect(listed.routes).toMatchObject({ 'GET /orders/{handle}': 'An order', 'PUT /admin/*': 'PUT /admin/*' })
    const { paths } = (await (await fetch('/openapi.json')).json()) as { paths: Record<string, unknown> }
    expect(paths['/orders/{handle}']).toMatchObject({
      get: { operationId: 'getOrdersHandle', summary: 'An order', parameters: [{ name: 'handle', in: 'path' }] },
    })
    expect(paths).not.toHaveProperty(['/admin/*'])
  })
})

describe('a route that cannot be is refused by its name', () => {
  const handle = (): Response => new Response()
  test.each<[string, object, string]>([
    ['orders', { scope: 'read', handle }, 'Route "orders": its name must look like "GET /products/{handle}"'],
    ['GET /', { scope: 'read', handle }, 'Route "GET /": its name must look like'],
    ['GET /{any}', { scope: 'read', handle }, 'Route "GET /{any}": its name must look like'],
    ['ANY /*', { scope: 'read', handle }, 'Route "ANY /*": its name must look like'],
    [
      'GET /a',
      { scop: 'read', handle },
      'Route "GET /a": there is no field "scop". Did you mean "scope"? The fields are scope, summary',
    ],
    ['GET /a', { handle }, 'Route "GET /a": scope is missing.'],
    [
      'GET /a',
      { scope: 'write', handle },
      'Route "GET /a": scope must be one of run, submit, read, cancel, approve, admin, or',
    ],
    ['GET /a', { scope: 'read', handle: new Response() }, 'Route "GET /a": handle must be a function.'],
    ['PUT /a', { scope: 'read', handle, body: {} }, 'Route "PUT /a": its body must be a schema that can validate'],
    ['PUT /a', { scope: 'read', handle, answer: () => z.object({}) }, 'Route "PUT /a": its answer is a function'],
    ['GET /a', { scope: 'read', handle, body: z.object({}) }, 'Route "GET /a": it takes no body'],
    ['GET /a', handle, 'Route "GET /a": it must be an object with the fields'],
  ])('%s %j', (name, route, message) => {
    expect(() => {
      checkOwnRoutes({ [name]: route } as OwnRoutes)
    }).toThrow(message)
  })

  test.each<[OwnRoutes, string]>([
    [
      { 'GET /jobs/mine': { scope: 'read', handle } },
      'Route "GET /jobs/mine": all paths below /jobs are Errand\'s own',
    ],
    [{ 'GET /openapi.json': { scope: null, handle } }, "all paths below /openapi.json are Errand's own"],
    [{ 'GET /healthz': { scope: null, handle } }, "all paths below /healthz are Errand's own"],
    // Two scopes for one route: the laxer one would win.
    [{ 'ANY /a': { scope: null, handle }, 'GET /a': { scope: 'admin', handle } }, 'Two routes serve GET /a.'],
  ])('%j', (own, message) => {
    const arrange = (standard: Parameters<typeof ownResource>[1]) => [ownResource(own, standard)]
    expect(() => testApp([], new ListedModel(), { resources: arrange })).toThrow(message)
  })
})
