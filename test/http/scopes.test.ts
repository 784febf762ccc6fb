import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import { routes } from '#test/support/contract.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'

const send = counter('send', { effect: 'once' })
const writer = defineAgent({ name: 'writer', instructions: '', tools: [send.tool] })

const SECRET = 'of the house'
const work = {
  agent: 'writer',
  input: SECRET,
  tags: [SECRET],
  metadata: { note: SECRET },
  batch: SECRET,
  callback: { url: `https://shop.example.com/${encodeURIComponent(SECRET)}` },
}

/** What whoever may not read a job gets to know of one. */
const OUTLINE = ['id', 'status', 'agent', 'attempt', 'createdAt', 'updatedAt', 'links']
const BEGUN = ['startedAt']
const ENDED = ['finishedAt', 'expiresAt']

interface Body {
  readonly id: string
  readonly deliveries: readonly { readonly id: string; readonly attempts?: unknown }[]
}

interface Request {
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

const KEY = { 'idempotency-key': 'k' }

async function scene(model = new ListedModel(answer(SECRET))) {
  const app = testApp([writer], model)
  const keys = new Map<Scope, string>()
  for (const scope of ['admin', 'submit', 'cancel'] as const) keys.set(scope, await app.key('acme', [scope]))
  /** `POST path` as a key with that scope alone. */
  const post = (scope: Scope, path: string, { body, headers }: Request = {}) =>
    app.post(path, body ?? '', {
      authorization: `Bearer ${keys.get(scope) ?? ''}`,
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    })
  const { id } = (await (await post('admin', '/jobs', { body: work, headers: KEY })).json()) as Body
  return { app, post, id }
}

async function expectOutline(response: Response, ...more: readonly string[]): Promise<void> {
  const text = await response.text()
  // It would be the version of more than is shown.
  expect(response.headers.get('etag')).toBeNull()
  expect(text).not.toContain(SECRET)
  expect(Object.keys(JSON.parse(text) as object).sort()).toEqual([...OUTLINE, ...more].sort())
}

/** The job waits for somebody to say what became of its call. */
async function unsure({ app, id }: { readonly app: TestApp; readonly id: string }): Promise<void> {
  await app.interruptAfter(id, 'tool_call.started')
  await app.execute(id)
}

describe('a key without the scope "read" learns how a job fares and not what it holds', () => {
  test('when it cancels', async () => {
    const { post, id } = await scene()
    await expectOutline(await post('cancel', `/jobs/${id}/cancel`), 'cancelRequestedAt', 'canceledAt', ...ENDED)
  })

  test('when it submits, also what was submitted before, and also when it waits for the end', async () => {
    const { app, post, id } = await scene()
    await expectOutline(await post('submit', '/jobs', { body: { agent: 'writer', input: SECRET } }))
    await expectOutline(await post('submit', '/jobs', { body: work, headers: KEY }))
    await app.execute(id)
    const done = await post('submit', '/jobs', { body: work, headers: { ...KEY, prefer: 'wait=10' } })
    expect(done.status).toBe(200)
    await expectOutline(done, ...BEGUN, ...ENDED)
  })

  test('when it retries', async () => {
    const { app, post, id } = await scene(new ListedModel(new Error(SECRET)))
    await app.execute(id)
    await expectOutline(await post('submit', `/jobs/${id}/retry`))
  })

  test('when it says what became of a call', async () => {
    const { app, post, id } = await scene(new ListedModel(asks({ id: 'a', name: 'send', input: { text: SECRET } })))
    await unsure({ app, id })
    const path = `/jobs/${id}/calls/a/resolve`
    await expectOutline(await post('submit', path, { body: { outcome: 'fail' } }), ...BEGUN, ...ENDED)
  })

  test('when it cancels what waits', async () => {
    const { app, post, id } = await scene(new ListedModel(asks({ id: 'a', name: 'send', input: { text: SECRET } })))
    await unsure({ app, id })
    await expectOutline(
      await post('cancel', `/jobs/${id}/cancel`),
      ...BEGUN,
      'cancelRequestedAt',
      'canceledAt',
      ...ENDED,
    )
  })

  test('when it wants a message sent again: it sees that message and no attempts', async () => {
    const { app, post, id } = await scene(new ListedModel(asks({ id: 'a', name: 'send' })))
    await unsure({ app, id })
    await app.deliver(id)
    await post('cancel', `/jobs/${id}/cancel`)
    const reader = { authorization: `Bearer ${await app.key('acme', ['read'])}` }
    const log = await app.http.request(`/jobs/${id}/deliveries`, { headers: reader })
    const message = ((await log.json()) as Body).deliveries[1]?.id ?? ''
    const path = `/jobs/${id}/deliveries/${message}/redeliver`
    const asked = (await (await post('submit', path)).json()) as Body
    expect(asked.deliveries.map(({ id: one, attempts }) => [one, attempts])).toEqual([[message, undefined]])
    const read = (await (await post('admin', path)).json()) as Body
    expect(read.deliveries.map(({ attempts }) => attempts)).toEqual([[expect.anything()], []])
  })
})

test('a key with the scope "read" is shown everything by whatever it does', async () => {
  const { app, id } = await scene()
  const key = await app.key('acme', ['cancel', 'read'])
  const canceled = await app.post(`/jobs/${id}/cancel`, '', { authorization: `Bearer ${key}` })
  const { callback } = work
  expect(await canceled.json()).toMatchObject({ ...work, callback, retryOf: null, receipt: { modelCalls: 0 } })
})

/** What each route needs that does more than read. */
const NEEDED = {
  run: ['POST /run'],
  submit: [
    'POST /jobs',
    'POST /jobs/{id}/retry',
    'POST /jobs/{id}/calls/{callId}/resolve',
    'POST /jobs/{id}/deliveries/{deliveryId}/redeliver',
    'PUT /schedules/{id}',
    'DELETE /schedules/{id}',
    'POST /schedules/{id}/pause',
    'POST /schedules/{id}/resume',
    'POST /schedules/{id}/run',
    'POST /schedules/{id}/backfill',
    'POST /webhooks/{source}/events/{id}/replay',
    'POST /batches',
    'PUT /batches/{id}/items',
    'POST /batches/{id}/deliveries/{deliveryId}/redeliver',
    'POST /batches/{id}/close',
    'POST /batches/{id}/resume',
    'POST /batches/{id}/retry-failed',
  ],
  cancel: ['POST /jobs/{id}/cancel', 'POST /operations', 'POST /batches/{id}/pause', 'POST /batches/{id}/cancel'],
  approve: ['approve', 'reject', 'apply', 'undo'].map((action) => `POST /proposals/{id}/${action}`),
  admin: ['DELETE /jobs/{id}', 'GET /keys', 'POST /keys', 'POST /keys/{id}/revoke'],
  null: [
    'POST /webhooks/{source}',
    'GET /errors',
    'GET /errors/{code}',
    'GET /healthz',
    'GET /readyz',
    'GET /openapi.json',
    'GET /',
  ],
  any: ['GET /caller'],
}

test('every other route only reads, and needs the scope "read"', () => {
  const { read = [], ...others } = Object.groupBy(routes, ({ route }) => String(route.scope))
  expect(new Set(read.map(({ method }) => method))).toEqual(new Set(['GET']))
  const named = Object.entries(others).map(([scope, some = []]) => [
    scope,
    some.map(({ method, path }) => `${method} ${path}`),
  ])
  expect(Object.fromEntries(named)).toEqual(NEEDED)
})
