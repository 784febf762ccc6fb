import '@shopify/shopify-api/adapters/web-api'
import { HashFormat, createSHA256HMAC } from '@shopify/shopify-api/runtime'
import { expect, test } from 'vitest'
import { shopifyWebhook } from '#adapters/webhooks/shopify.ts'
import { T0 } from '#test/support/fixtures.ts'

const SECRET = 'shpss_0123456789abcdef'
const CONTEXT = { now: T0 }
const BODY = '{"id":820982911946154508,"email":"jon@example.com","note":"åäö 🛒"}'

/** As Shopify's own library makes it. */
async function signed(body: string, secret = SECRET, more: Record<string, string> = {}): Promise<Headers> {
  return new Headers({
    'X-Shopify-Topic': 'orders/create',
    'X-Shopify-Hmac-Sha256': await createSHA256HMAC(secret, body, HashFormat.Base64),
    'X-Shopify-Shop-Domain': 'acme.myshopify.com',
    'X-Shopify-API-Version': '2026-10',
    'X-Shopify-Webhook-Id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    'X-Shopify-Event-Id': '98880550-7158-44d4-b7cd-2c97c8a091b5',
    'X-Shopify-Triggered-At': '2026-11-28T07:00:00.123456789Z',
    ...more,
  })
}

const bytes = (text: string) => new TextEncoder().encode(text)

test('takes what Shopify signs, and says which event it is', async () => {
  const verify = shopifyWebhook({ secrets: [SECRET] })
  expect(await verify(bytes(BODY), await signed(BODY), CONTEXT)).toEqual({
    eventId: '98880550-7158-44d4-b7cd-2c97c8a091b5',
    topic: 'orders/create',
    occurredAt: Date.parse('2026-11-28T07:00:00.123Z'),
    // Shopify's own example and its test notification have an id that a double would round.
    payload: { id: '820982911946154508', email: 'jon@example.com', note: 'åäö 🛒' },
    metadata: {
      webhookId: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      shop: 'acme.myshopify.com',
      apiVersion: '2026-10',
    },
  })
})

test('takes either secret during a rotation, wherever it is in the list, and leaves out what is not set', async () => {
  const verify = shopifyWebhook({ secrets: [undefined, 'shpss_new', '', SECRET] })
  expect(await verify(bytes(BODY), await signed(BODY), CONTEXT)).toMatchObject({ topic: 'orders/create' })
  expect(await verify(bytes(BODY), await signed(BODY, 'shpss_new'), CONTEXT)).toMatchObject({ topic: 'orders/create' })
  expect(await verify(bytes(BODY), await signed(BODY, 'shpss_gone'), CONTEXT)).toHaveProperty('refused')
})

test('refuses a changed body, whatever means the same in JSON', async () => {
  const verify = shopifyWebhook({ secrets: [SECRET] })
  const headers = await signed(BODY)
  for (const changed of [`${BODY} `, BODY.replace('jon', 'jim'), JSON.stringify(JSON.parse(BODY), null, 1), ''])
    expect(await verify(bytes(changed), headers, CONTEXT)).toHaveProperty('refused')
})

test.each([
  ['no signature', { 'x-shopify-hmac-sha256': '' }],
  ['a signature that is no base64', { 'x-shopify-hmac-sha256': '%%%' }],
  ['half a signature', { 'x-shopify-hmac-sha256': 'XWmrwMey6OsLMeiZKwP4FppHH3cmAiiJJAweH5Jo4bM='.slice(0, 20) }],
])('refuses %s', async (_what, headers) => {
  const verify = shopifyWebhook({ secrets: [SECRET] })
  expect(await verify(bytes(BODY), await signed(BODY, SECRET, headers), CONTEXT)).toHaveProperty('refused')
})

test('an event without an event id has the id of its webhook', async () => {
  const headers = await signed(BODY)
  headers.delete('x-shopify-event-id')
  const verify = shopifyWebhook({ secrets: [SECRET] })
  expect(await verify(bytes(BODY), headers, CONTEXT)).toMatchObject({ eventId: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043' })
  headers.delete('x-shopify-webhook-id')
  expect(await verify(bytes(BODY), headers, CONTEXT)).toHaveProperty('unreadable')
})

test.each(['[1]', 'null', '{', ''])('a signed body that is no JSON object, %s, cannot be read', async (body) => {
  const verify = shopifyWebhook({ secrets: [SECRET] })
  expect(await verify(bytes(body), await signed(body), CONTEXT)).toHaveProperty('unreadable')
})

test('without a secret there is no verifier', () => {
  expect(() => shopifyWebhook({ secrets: [undefined, ' '] })).toThrow('at least one secret')
})
