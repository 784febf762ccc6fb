import type { Shopify } from 'errand/shopify'
import { expect, test } from 'vitest'
import { missedOrders, TOPICS } from '../carts/missed-orders.ts'
import { shopifyEvents } from '../carts/shopify-events.ts'

const URI = 'https://errand.example.com/webhooks/shopify'
const SINCE = Date.parse('2026-11-29T08:00:00Z')
const ORDER = {
  id: 'gid://shopify/Order/450789469',
  legacyResourceId: '450789469',
  checkoutToken: 'c1',
  cartToken: null,
  createdAt: '2026-11-29T08:00:10Z',
  updatedAt: '2026-11-29T08:00:12Z',
}

function scene(missing: readonly string[] | Error) {
  const asked: unknown[] = []
  const warned: unknown[] = []
  const shop = {
    subscriptions: {
      ensure: (wanted: object) => (
        asked.push(wanted),
        missing instanceof Error ? Promise.reject(missing) : Promise.resolve(missing)
      ),
    },
    orders: {
      page: ({ updatedSince, after }: { updatedSince: string; after: string | null }) => {
        asked.push({ updatedSince, after })
        return Promise.resolve({ orders: [ORDER], next: null })
      },
    },
  } as unknown as Shopify
  const logger = { info: () => undefined, warn: (...said: unknown[]) => void warned.push(said), error: () => undefined }
  const missed = missedOrders({ shop, uri: URI, logger })
  const find = (page: string | null) => missed.find({ sinceAt: SINCE, page, signal: new AbortController().signal })
  return { asked, warned, find, webhook: shopifyEvents({ secrets: ['hush'], missed }) }
}

test('orders are asked for by the time of their change, and the subscriptions once for each look', async () => {
  const { find, asked, warned } = scene([])
  await find(null)
  await find('cursor')
  const updatedSince = '2026-11-29T08:00:00.000Z'
  expect(asked).toEqual([
    { uri: URI, topics: TOPICS },
    { updatedSince, after: null },
    { updatedSince, after: 'cursor' },
  ])
  expect(warned).toEqual([])
})

test('a subscription that Shopify has deleted is in the log', async () => {
  const { find, warned } = scene(['orders/create'])
  await find(null)
  expect(warned).toEqual([[expect.stringContaining('no webhook subscriptions'), { missing: ['orders/create'] }]])
})

test('where Shopify refuses to say its subscriptions, the orders are still looked for', async () => {
  const { find } = scene(new Error('the scope is missing'))
  expect((await find(null)).events).toHaveLength(1)
})

test('an order comes after what its cart did in the same second, which Shopify tells by the millisecond', async () => {
  const [found] = (await scene([]).find(null)).events
  expect(found?.occurredAt).toBeGreaterThanOrEqual(Date.parse('2026-11-29T08:00:10.999Z'))
})

test('an order that is found ends the follow-up of its cart, and is the event that Shopify would have delivered', async () => {
  const { find, webhook } = scene([])
  const [event] = (await find(null)).events
  const found = { id: 'evt_1', source: 'shopify', ...event } as Parameters<typeof webhook.handle>[0]
  expect(webhook.handle(found)).toMatchObject([{ type: 'unschedule', id: 'cart:c1' }])
  const delivered = { ...found, eventId: 'a-uuid', payload: { id: 450789469, checkout_token: 'c1' } }
  expect(webhook.identity?.(found)).toBe(webhook.identity?.(delivered))
})

test('a checkout that Shopify says is completed ends the follow-up, too', () => {
  const { webhook } = scene([])
  const payload = { token: 'c1', completed_at: '2026-11-29T08:00:10Z', email: 'eva@example.com' }
  const event = { id: 'evt_1', source: 'shopify', eventId: 'e', topic: 'checkouts/update', payload }
  expect(webhook.handle(event)).toMatchObject([{ type: 'unschedule', id: 'cart:c1' }])
})
