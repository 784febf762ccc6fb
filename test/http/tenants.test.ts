import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })

interface Body {
  readonly id: string
  readonly detail: string
}

/** What a caller with this key gets. */
function as({ http }: TestApp, key: string) {
  return (method: string, path: string, body?: unknown): Promise<Response> =>
    http.request(path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
}

describe('API keys', () => {
  test('where there is one, nobody is let in without', async () => {
    const app = testApp([writer], new ListedModel())
    expect((await app.http.request('/agents')).status).toBe(200)
    const ask = as(app, await app.key('acme'))
    expect((await ask('GET', '/agents')).status).toBe(200)
    const refused = await app.http.request('/agents')
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="errand"')
    for (const open of ['/healthz', '/readyz', '/openapi.json', '/'])
      expect((await app.http.request(open)).status).toBe(200)
  })

  test.each([
    ['another scheme', 'Basic abc'],
    ['no key', 'Bearer'],
    ['nonsense', 'Bearer errand_x'],
    ['an unknown key', `Bearer errand_${'0'.repeat(16)}_${'0'.repeat(64)}`],
  ])('%s is refused in the same words', async (_name, authorization) => {
    const app = testApp([writer], new ListedModel())
    await app.key('acme')
    const response = await app.http.request('/agents', { headers: { authorization } })
    expect(response.status).toBe(401)
    expect(((await response.json()) as Body).detail).toContain('This API key is not known.')
  })

  test('a key that differs in its last digit, or was revoked, is not known', async () => {
    const app = testApp([writer], new ListedModel())
    await app.key('other')
    const key = await app.key('acme')
    const wrong = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0')
    expect((await as(app, wrong)('GET', '/agents')).status).toBe(401)
    expect((await as(app, key)('GET', '/agents')).status).toBe(200)
    await app.revoke(key.split('_')[1] ?? '')
    expect((await as(app, key)('GET', '/agents')).status).toBe(401)
  })

  test('a key that is not known is refused also where there are no keys', async () => {
    const app = testApp([writer], new ListedModel())
    expect((await as(app, 'errand_x')('GET', '/agents')).status).toBe(401)
  })

  test('a page that reaches us under a name of its own is refused', async () => {
    const app = testApp([writer], new ListedModel())
    for (const host of ['http://127.0.0.1:1/agents', 'http://localhost/agents', 'http://[::1]/agents'])
      expect((await app.http.request(host)).status).toBe(200)
    expect((await app.http.request('http://evil.example.com/agents')).status).toBe(421)
    const key = await app.key('acme')
    const headers = { authorization: `Bearer ${key}` }
    expect((await app.http.request('http://errand.example.com/agents', { headers })).status).toBe(200)
  })

  test('a caller on another machine is refused without a key, whatever name it says', async () => {
    for (const [peer, status] of [
      ['127.0.0.1', 200],
      ['::ffff:127.0.0.1', 200],
      ['::1', 200],
      ['192.0.2.7', 421],
      ['::ffff:192.0.2.7', 421],
    ] as const) {
      const app = testApp([writer], new ListedModel(), { peer })
      expect((await app.http.request('http://localhost/agents')).status).toBe(status)
      const headers = { authorization: `Bearer ${await app.key('acme')}` }
      expect((await app.http.request('http://localhost/agents', { headers })).status).toBe(200)
    }
  })

  test('revoking the last key opens no door', async () => {
    const app = testApp([writer], new ListedModel())
    await app.revoke((await app.key('acme')).split('_')[1] ?? '')
    expect((await app.http.request('http://localhost/agents')).status).toBe(401)
  })

  const scoped: [Scope, string, string, unknown?][] = [
    ['run', 'POST', '/run', { agent: 'nobody', input: 1 }],
    ['submit', 'POST', '/jobs', { agent: 'nobody', input: 1 }],
    ['submit', 'POST', '/jobs/job_1/retry'],
    ['submit', 'POST', '/jobs/job_1/calls/a/resolve', { outcome: 'fail' }],
    ['submit', 'POST', '/jobs/job_1/deliveries/msg_1/redeliver'],
    ['read', 'GET', '/jobs/job_1'],
    ['read', 'GET', '/jobs/job_1/events'],
    ['read', 'GET', '/jobs/job_1/deliveries'],
    ['read', 'GET', '/jobs?page_size=x'],
    ['read', 'GET', '/jobs/counts?status=x'],
    ['read', 'GET', '/operations/op_1'],
    ['cancel', 'POST', '/jobs/job_1/cancel'],
    ['cancel', 'POST', '/operations', { action: 'cancel', filter: { x: 1 } }],
    ['admin', 'DELETE', '/jobs/job_1'],
  ]
  test.each(scoped)('%s is what %s %s needs', async (...[scope, method, path, body]) => {
    const app = testApp([writer], new ListedModel())
    const others = (['run', 'submit', 'read', 'cancel'] as const).filter((other) => other !== scope)
    const enough = await as(app, await app.key('acme', [scope]))(method, path, body)
    expect([400, 404]).toContain(enough.status)
    expect((await as(app, await app.key('acme', ['admin']))(method, path, body)).status).toBe(enough.status)
    if (path === '/operations') return
    const refused = await as(app, await app.key('acme', others))(method, path, body)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain(`scope="${scope}"`)
  })

  test('an operation needs the scope of what it does', async () => {
    const app = testApp([writer], new ListedModel())
    const start = async (scope: Scope, action: string, more: object = {}) =>
      (await as(app, await app.key('acme', [scope]))('POST', '/operations', { action, ...more, filter: {} })).status
    expect([await start('cancel', 'cancel'), await start('submit', 'retry')]).toEqual([202, 202])
    expect([await start('submit', 'cancel'), await start('cancel', 'retry')]).toEqual([403, 403])
    const resolve = { outcome: 'did_not_happen' }
    expect([await start('submit', 'resolve', resolve), await start('cancel', 'resolve', resolve)]).toEqual([202, 403])
  })
})

describe('a neighbour', () => {
  test('cannot see, list, count, stop, retry, delete or tell from nothing what is not theirs', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const mine = as(app, await app.key('acme'))
    const theirs = as(app, await app.key('other'))
    const { id } = (await (await mine('POST', '/jobs', { agent: 'writer', input: 1, tags: ['t'] })).json()) as Body
    const unknown = 'job_01M83QK8XSJ513P1WPKNW38GPN'
    const tries: [string, string, unknown?][] = [
      ['GET', '/jobs/ID'],
      ['GET', '/jobs/ID?wait=60'],
      ['GET', '/jobs/ID/events'],
      ['GET', '/jobs/ID/deliveries'],
      ['POST', '/jobs/ID/deliveries/msg_1/redeliver'],
      ['POST', '/jobs/ID/cancel'],
      ['POST', '/jobs/ID/retry'],
      ['POST', '/jobs/ID/calls/a/resolve', { outcome: 'fail' }],
      ['DELETE', '/jobs/ID'],
    ]
    for (const [method, path, body] of tries) {
      const real = await theirs(method, path.replace('ID', id), body)
      const none = await theirs(method, path.replace('ID', unknown), body)
      expect(real.status).toBe(404)
      const blind = async (response: Response, jobId: string) => (await response.text()).replaceAll(jobId, 'ID')
      expect(await blind(real, id)).toBe(await blind(none, unknown))
    }
    expect(await (await theirs('GET', '/jobs?tag=t')).json()).toEqual({ jobs: [] })
    expect(await (await theirs('GET', '/jobs/counts')).json()).toMatchObject({ total: 0 })
    const operation = (await (await theirs('POST', '/operations', { action: 'cancel', filter: {} })).json()) as Body
    await app.operate(operation.id)
    expect((await mine('GET', `/operations/${operation.id}`)).status).toBe(404)
    expect(await (await mine('GET', `/jobs/${id}`)).json()).toMatchObject({ status: 'queued' })
  })
})
