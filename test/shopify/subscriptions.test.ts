import { expect, test } from 'vitest'
import { openShop } from './shop.ts'

const WANTED = { uri: 'https://errand.example.com/webhooks/shopify', topics: ['products/update', 'orders/create'] }

test('subscriptions that are not there are made, and it says which', async () => {
  const { shop, standIn } = openShop()
  expect(await shop.subscriptions.ensure(WANTED)).toEqual(WANTED.topics)
  expect(standIn.state.subscriptions.map(({ topic }) => topic)).toEqual(['PRODUCTS_UPDATE', 'ORDERS_CREATE'])
  expect(await shop.subscriptions.ensure(WANTED)).toEqual([])
  expect(standIn.state.subscriptions).toHaveLength(2)
})

test('one that Shopify has deleted is made again; those to other addresses do not count', async () => {
  const { shop, standIn } = openShop()
  await shop.subscriptions.ensure(WANTED)
  await shop.subscriptions.ensure({ ...WANTED, uri: 'https://other.example.com/' })
  const deleted = standIn.state.subscriptions.findIndex(
    ({ topic, uri }) => topic === 'ORDERS_CREATE' && uri === WANTED.uri,
  )
  standIn.state.subscriptions.splice(deleted, 1)
  expect(await shop.subscriptions.ensure(WANTED)).toEqual(['orders/create'])
})
