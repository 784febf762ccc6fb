import { expect, test } from 'vitest'
import { openShop } from './shop.ts'

const SINCE = '2026-11-10T00:00:00Z'

function order(number: number, updatedAt: string) {
  const id = String(number)
  return {
    id: `gid://shopify/Order/${id}`,
    legacyResourceId: id,
    checkoutToken: `c${id}`,
    cartToken: null,
    createdAt: updatedAt,
    updatedAt,
  }
}

test('orders that were changed since a moment are given in pages', async () => {
  const { shop, standIn } = openShop()
  standIn.state.orders.push(order(1, '2026-11-09T23:59:59Z'))
  for (let number = 2; number <= 61; number++) standIn.state.orders.push(order(number, SINCE))
  const first = await shop.orders.page({ updatedSince: SINCE })
  const second = await shop.orders.page({ updatedSince: SINCE, after: first.next })
  expect([first.orders.length, second.orders.length, second.next]).toEqual([50, 10, null])
  expect(first.orders[0]).toEqual(order(2, SINCE))
})
