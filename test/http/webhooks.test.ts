import '@shopify/shopify-api/adapters/web-api'
import { HashFormat, createSHA256HMAC } from '@shopify/shopify-api/runtime'
import { describe, expect, test } from 'vitest'
import { shopifyWebhook } from '#adapters/webhooks/shopify.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { submit } from '#domain/webhook/action.ts'
import { defineWebhook } from '#domain/webhook/webhook.ts'
import { ListedModel } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import type { TestAppOptions } from '#test/support/test-app-options.ts'

const SECRET = 'shpss_of_the_shop'
const writer = defineAgent({ name: 'writer', instructions: '' })

const shop = defineWebhook({
  name: 'shop',
  verify: shopifyWebhook({ secrets: [SECRET] }),
  filter: ({ topic }) => (topic === 'products/update' ? 'our own write' : null),
  handle: ({ topic, payload }) => {
    if (topic === 'orders/delete') throw new Error('orders are not deleted')
    return topic === 'orders/create' ? [submit('writer', payload)] : []
  },
})

const theirs = defineWebhook({ name: 'theirs', tenant: 'acme', verify: shop.verify, handle: () => [] })

const open = (options: TestAppOptions = {}): TestApp =>
  testApp([writer], new ListedModel(), { webhooks: [shop, theirs], ...options })

interface Message {
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly to?: string
}

/** As Shopify would, with its own library for the signature. */
async function deliver({ http }: TestApp, { body = '{"id":1}', headers = {}, to = 'shop' }: Message = {}) {
  const signature = await createSHA256HMAC(SECRET, body, HashFormat.Base64)
  return http.request(`/webhooks/${to}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': 'orders/create',
      'x-shopify-event-id': 'e-1',
      'x-shopify-webhook-id': 'w-1',
      'x-shopify-hmac-sha256': signature,
      ...headers,
    },
  })
}

interface Event {
  readonly id: string
  readonly outcome: string
  readonly results: readonly { readonly jobId: string }[]
}

interface Page {
  readonly events: readonly Event[]
  readonly next_page_token?: string
}

async function page({ http }: TestApp, query = ''): Promise<Page> {
  return (await (await http.request(`/webhooks/shop/events${query}`)).json()) as Page
}

const outcomes = async (app: TestApp, query = ''): Promise<readonly string[]> =>
  (await page(app, query)).events.map(({ outcome }) => outcome)

const countOf = async ({ http }: TestApp): Promise<number> =>
  ((await (await http.request('/jobs/counts')).json()) as { total: number }).total

describe('a delivery', () => {
  test('needs no key but its signature; twice, and under another webhook id, it is one job', async () => {
    const app = open()
    const key = await app.key('default')
    const first = await deliver(app)
    expect(first.status).toBe(200)
    expect(await first.json()).toMatchObject({ outcome: 'done', id: expect.stringMatching(/^evt_/) as string })
    const second = await deliver(app, { headers: { 'x-shopify-webhook-id': 'w-2' } })
    expect([second.status, await second.json()]).toMatchObject([200, { outcome: 'duplicate' }])
    const jobs = await app.http.request('/jobs', { headers: { authorization: `Bearer ${key}` } })
    expect(((await jobs.json()) as { jobs: unknown[] }).jobs).toHaveLength(1)
  })

  test('that comes through a proxy, as all do, is taken without any key', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7', via: '1.1 edge' }
    expect((await deliver(open({ openMode: 'off' }), { headers })).status).toBe(200)
  })

  test('of a body of more than 1 MiB is refused before its signature is looked at', async () => {
    const app = open()
    const response = await deliver(app, { body: JSON.stringify({ text: 'x'.repeat(1_048_577) }) })
    expect([response.status, await response.json()]).toMatchObject([413, { code: 'payload_too_large' }])
    expect(await outcomes(app)).toEqual([])
  })

  test.each([
    { what: 'to no webhook', message: { to: 'nowhere' }, answer: [404, 'webhook_not_found'] },
    {
      what: 'with another signature',
      message: { headers: { 'x-shopify-hmac-sha256': 'AAAA' } },
      answer: [401, 'webhook_refused'],
    },
    { what: 'that is signed and no JSON', message: { body: '{' }, answer: [400, 'webhook_unreadable'] },
    {
      what: 'whose handler fails',
      message: { headers: { 'x-shopify-topic': 'orders/delete' } },
      answer: [500, 'webhook_handler_failed'],
    },
  ])('$what is refused', async ({ message, answer: [status, code] }) => {
    const app = open()
    const response = await deliver(app, message)
    expect([response.status, await response.json()]).toMatchObject([status, { code }])
    // Only what is proven, and has an event in it, is stored.
    expect(await outcomes(app)).toEqual(status === 500 ? ['handler_failed'] : [])
  })

  test('that is forged uses up nothing of what the tenant may receive; one that is not does', async () => {
    const app = open({ policy: { requestsPerMinute: 2 } })
    for (let n = 0; n < 5; n++) await deliver(app, { headers: { 'x-shopify-hmac-sha256': 'AAAA' } })
    const statuses = [await deliver(app), await deliver(app), await deliver(app)].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 429])
  })

  test('to a webhook that is not there is refused before its body is read', async () => {
    const body = new ReadableStream<Uint8Array>(
      {
        pull: () => {
          throw new Error('It was read.')
        },
      },
      { highWaterMark: 0 },
    )
    const init = { method: 'POST', headers: { 'content-length': '7' }, body, duplex: 'half' }
    const response = await open().http.request('/webhooks/gone', init)
    expect(response.status).toBe(404)
  })

  test('while the queue is full is refused, and done later without the sender', async () => {
    const app = open({ policy: { maxUnfinishedJobs: 0 } })
    const response = await deliver(app)
    expect([response.status, response.headers.has('retry-after')]).toEqual([429, true])
    expect(await outcomes(app)).toEqual(['pending'])
  })
})

describe('the log', () => {
  test('shows each event with what it led to or why nothing, newest first, in pages', async () => {
    const app = open()
    for (const [eventId, topic] of [
      ['e-1', 'orders/create'],
      ['e-2', 'orders/paid'],
      ['e-3', 'products/update'],
      ['e-4', 'orders/delete'],
    ] as const) {
      await app.clock.advance(1)
      await deliver(app, { headers: { 'x-shopify-event-id': eventId, 'x-shopify-topic': topic } })
    }
    expect(await outcomes(app)).toEqual(['handler_failed', 'filtered', 'no_action', 'done'])
    expect(await outcomes(app, '?outcome=filtered')).toEqual(['filtered'])
    expect(await outcomes(app, '?topic=orders/create')).toEqual(['done'])
    const first = await page(app, '?page_size=3')
    expect(first.events).toHaveLength(3)
    const second = await page(app, `?page_size=3&page_token=${first.next_page_token ?? ''}`)
    expect(second.events).toMatchObject([{ outcome: 'done', eventId: 'e-1', topic: 'orders/create', deliveries: 1 }])
    expect(second.next_page_token).toBeUndefined()
    expect((await app.http.request('/webhooks/shop/events?outcome=lost')).status).toBe(400)
  })

  test('shows one event, whose job says that it comes from it', async () => {
    const app = open()
    const { id } = (await (await deliver(app)).json()) as Event
    const response = await app.http.request(`/webhooks/shop/events/${id}`)
    const event = (await response.json()) as Event
    expect(event).toMatchObject({ id, webhook: 'shop', metadata: { webhookId: 'w-1' } })
    const job = await app.http.request(`/jobs/${event.results[0]?.jobId ?? ''}`)
    expect(await job.json()).toMatchObject({ createdBy: { kind: 'webhook', id: 'shop', event: id }, input: { id: 1 } })
    expect((await app.http.request('/webhooks/shop/events/evt_01KASH2V8ZQ5D3N6W7X8Y9Z0AB')).status).toBe(404)
  })

  test('is for the tenant of its webhook alone, with a key that may read', async () => {
    const app = open()
    await deliver(app)
    const [own, other, submits] = await Promise.all([
      app.key('default'),
      app.key('acme'),
      app.key('default', ['submit']),
    ])
    const get = async (key: string, path: string) =>
      app.http.request(path, { headers: { authorization: `Bearer ${key}` } })
    expect((await get(own, '/webhooks/shop/events')).status).toBe(200)
    expect((await get(other, '/webhooks/shop/events')).status).toBe(404)
    expect((await get(submits, '/webhooks/shop/events')).status).toBe(403)
    expect(await (await get(other, '/webhooks')).json()).toMatchObject({ webhooks: [{ name: 'theirs' }] })
  })

  test('shows a key that may replay, and not read, nothing that the sender said', async () => {
    const app = open()
    const { id } = (await (await deliver(app)).json()) as Event
    const replay = async (scope: 'submit' | 'admin') => {
      const authorization = `Bearer ${await app.key('default', [scope])}`
      const response = await app.post(`/webhooks/shop/events/${id}/replay`, '', { authorization })
      return Object.keys((await response.json()) as Event)
    }
    const said = ['eventId', 'metadata', 'occurredAt', 'topic']
    const [blind, seeing] = [await replay('submit'), await replay('admin')]
    expect(seeing.filter((field) => !blind.includes(field)).toSorted()).toEqual(said)
  })

  test('replays an event: once for a key', async () => {
    const app = open()
    const { id } = (await (await deliver(app)).json()) as Event
    const replay = (key: string) => app.post(`/webhooks/shop/events/${id}/replay`, '', { 'idempotency-key': key })
    expect(await (await replay('a')).json()).toMatchObject({ outcome: 'done', replays: 1 })
    await replay('a')
    expect(await countOf(app)).toBe(2)
    await replay('b')
    expect(await countOf(app)).toBe(3)
  })
})
