import { shopify } from '#adapters/shopify/shopify.ts'
import { JumpingClock } from '#test/shopify/stand-in/jumping-clock.ts'
import { ORIGIN, ShopifyStandIn } from '#test/shopify/stand-in/stand-in.ts'
import SCHEMA from '#test/shopify/admin-schema.graphql?raw'
import { expect, test } from 'vitest'

const UPDATE = `mutation ($product: ProductUpdateInput!) { productUpdate(product: $product) { userErrors { message } } }`

test("Shopify's client runs in a Worker: texts, a 429, an import and its file", async () => {
  const clock = new JumpingClock()
  const standIn = new ShopifyStandIn(SCHEMA, clock)
  const credentials = { clientId: 'id', clientSecret: 'shpss_good' }
  const shop = shopify({ shop: ORIGIN, credentials, fetch: standIn.fetch, clock })
  const { id } = standIn.state.add('linen-apron')
  await shop.products.find({ handle: 'linen-apron' })
  standIn.faults.push(() => new Response('Throttled', { status: 429, headers: { 'retry-after': '2' } }))
  const place = { productId: id, key: 'body_html', locale: 'sv' } as const
  await shop.texts.write(place, { value: '<p>Nytt.</p>', sourceDigest: null })
  expect(await shop.texts.read(place)).toEqual({ value: '<p>Nytt.</p>', sourceDigest: null })
  const variables = [{ product: { id, descriptionHtml: '<p>Nyare.</p>' } }]
  const results = []
  for await (const result of shop.bulk.mutate({ id: 'spring-2027', mutation: UPDATE, variables })) results.push(result)
  expect(results).toEqual([{ data: { productUpdate: { userErrors: [] } }, __lineNumber: 0 }])
  expect((await shop.products.find({ id }))?.descriptionHtml).toBe('<p>Nyare.</p>')
})
