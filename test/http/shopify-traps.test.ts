import '@shopify/shopify-api/adapters/web-api'
import { HashFormat, createSHA256HMAC } from '@shopify/shopify-api/runtime'
import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { contentHash } from '#adapters/webhooks/content-hash.ts'
import { shopifyWebhook } from '#adapters/webhooks/shopify.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { schedule, submit, unschedule } from '#domain/webhook/action.ts'
import { type WebhookDefinition, defineWebhook } from '#domain/webhook/webhook.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

// What Shopify does and its documentation mentions in passing, over the whole HTTP interface.

const [SECRET, OLD] = ['shpss_new', 'shpss_old']
const writer = defineAgent({ name: 'writer', instructions: '' })

const WHEN = { delaySeconds: 3600 }

const definition: WebhookDefinition = {
  name: 'shop',
  verify: shopifyWebhook({ secrets: [SECRET, OLD] }),
  handle: ({ topic, payload }) => {
    if (topic === 'carts/update') return [schedule('cart:1', { agent: 'writer', input: payload, when: WHEN })]
    return topic === 'orders/create' ? [unschedule('cart:1')] : [submit('writer', payload)]
  },
}

const USUAL = {
  topic: 'products/update',
  event: 'e-1',
  at: '2026-11-28T12:00:00Z',
  body: '{"id":1}' as string | Uint8Array<ArrayBuffer>,
  secret: SECRET,
  headers: {} as Readonly<Record<string, string>>,
}

type Message = Partial<typeof USUAL> & { readonly webhook?: string }

/** As Shopify's own library signs; that takes no bytes that are not text. */
async function request(message: typeof USUAL & { readonly webhook: string }) {
  const { topic, event, webhook, at, body, secret } = message
  const signature =
    typeof body === 'string'
      ? await createSHA256HMAC(secret, body, HashFormat.Base64)
      : createHmac('sha256', secret).update(body).digest('base64')
  const headers = new Headers({
    'content-type': 'application/json',
    'x-shopify-topic': topic,
    'x-shopify-event-id': event,
    'x-shopify-webhook-id': webhook,
    'x-shopify-triggered-at': at,
    'x-shopify-hmac-sha256': signature,
  })
  for (const [name, value] of Object.entries(message.headers)) {
    // Empty for one that is missing; else beside the usual one.
    if (value === '') headers.delete(name)
    else headers.append(name, value)
  }
  return { method: 'POST', body, headers }
}

let deliveries = 0

function scene(changed: Partial<WebhookDefinition> = {}) {
  const app = testApp([writer], new ListedModel(), { webhooks: [defineWebhook({ ...definition, ...changed })] })
  const deliver = async (message: Message = {}) => {
    const webhook = `w-${String(++deliveries)}`
    const sent = await request({ ...USUAL, webhook, ...message })
    const response = await app.http.request('/webhooks/shop', sent)
    const answer = (await response.json()) as { outcome?: string; code?: string }
    return [response.status, answer.outcome ?? answer.code]
  }
  const cart = async () => (await (await app.http.request('/schedules/cart:1')).json()) as object
  const jobs = async (): Promise<number> =>
    ((await (await app.http.request('/jobs/counts')).json()) as { total: number }).total
  return { deliver, cart, jobs }
}

describe('the order of events', () => {
  test('a change of a cart that comes after its order, and is older, begins no schedule', async () => {
    const { deliver, cart } = scene()
    const change = { topic: 'carts/update', event: 'e-1', at: '2026-11-28T12:00:00Z' }
    await deliver({ topic: 'orders/create', event: 'e-2', at: '2026-11-28T12:00:09Z' })
    expect(await deliver(change)).toEqual([200, 'done'])
    expect(await cart()).toMatchObject({ code: 'schedule_not_found' })
  })

  test('an older change that comes late does not overwrite the newer one', async () => {
    const { deliver, cart } = scene()
    const change = (event: string, second: number, items: number): Message => ({
      topic: 'carts/update',
      event,
      at: `2026-11-28T12:00:0${String(second)}Z`,
      body: JSON.stringify({ items }),
    })
    await deliver(change('e-2', 5, 2))
    await deliver(change('e-1', 1, 1))
    expect(await cart()).toMatchObject({ status: 'active', input: { items: 2 } })
    await deliver(change('e-3', 8, 3))
    expect(await cart()).toMatchObject({ input: { items: 3 } })
  })
})

describe('the same event', () => {
  test('under another webhook id, and after a rotation of the secret, is a duplicate', async () => {
    const { deliver, jobs } = scene()
    expect(await deliver({ secret: OLD })).toEqual([200, 'done'])
    expect(await deliver({ headers: { 'x-shopify-api-version': '2027-01' } })).toEqual([200, 'duplicate'])
    expect(await jobs()).toBe(1)
  })

  test('without an event id is known by its webhook id', async () => {
    const { deliver, jobs } = scene()
    const from = (webhook: string): Message => ({ webhook, headers: { 'x-shopify-event-id': '' } })
    expect(await deliver(from('w-a'))).toEqual([200, 'done'])
    expect(await deliver(from('w-a'))).toEqual([200, 'duplicate'])
    expect(await deliver(from('w-b'))).toEqual([200, 'done'])
    expect(await jobs()).toBe(2)
  })

  test('under the secret of an app that was rotated away is refused', async () => {
    const { deliver, jobs } = scene({ verify: shopifyWebhook({ secrets: [SECRET] }) })
    expect(await deliver({ secret: OLD })).toEqual([401, 'webhook_refused'])
    expect(await jobs()).toBe(0)
  })
})

test('our own write is left alone by the hash of its content, and a change by hand is not', async () => {
  const written = new Set([await contentHash({ body_html: '<p>Wool</p>', title: 'Socks' })])
  const { deliver, jobs } = scene({
    filter: async ({ payload: { body_html = null, title = null } }) =>
      written.has(await contentHash({ title, body_html })) ? 'our own write' : null,
  })
  const ours = '{"id":1,"title":"Socks","body_html":"<p>Wool</p>","updated_at":"2026-11-28T12:00:00Z"}'
  expect(await deliver({ event: 'e-1', body: ours })).toEqual([200, 'filtered'])
  expect(await deliver({ event: 'e-2', body: ours.replace('Wool', 'Cotton') })).toEqual([200, 'done'])
  expect(await jobs()).toBe(1)
})

describe('what a message is made of', () => {
  test.each([
    {
      what: 'a charset',
      message: { headers: { 'content-type': '', 'Content-Type': 'application/json; charset=utf-8' } },
      says: [200, 'done'],
    },
    { what: 'no content type', message: { headers: { 'content-type': '' } }, says: [200, 'done'] },
    { what: 'an empty body', message: { body: '' }, says: [400, 'webhook_unreadable'] },
    {
      what: 'bytes that are not UTF-8',
      message: { body: Uint8Array.of(0x7b, 0xff, 0x7d) },
      says: [400, 'webhook_unreadable'],
    },
    {
      what: 'a body that is compressed',
      message: { body: new Uint8Array(gzipSync('{"id":1}')), headers: { 'content-encoding': 'gzip' } },
      says: [400, 'webhook_unreadable'],
    },
    {
      what: 'a second signature',
      message: { headers: { 'x-shopify-hmac-sha256': 'AAAA' } },
      says: [401, 'webhook_refused'],
    },
    { what: 'no topic', message: { headers: { 'x-shopify-topic': '' } }, says: [400, 'webhook_unreadable'] },
    { what: 'a time that is none', message: { at: 'yesterday' }, says: [200, 'done'] },
  ])('$what', async ({ message, says }) => {
    const { deliver, jobs } = scene()
    expect(await deliver(message)).toEqual(says)
    expect(await jobs()).toBe(says[0] === 200 ? 1 : 0)
  })
})
