import { expect, test } from 'vitest'
import { openShop } from './shop.ts'

async function handlesOf(products: AsyncIterable<{ readonly handle: string }>): Promise<string[]> {
  const handles: string[] = []
  for await (const { handle } of products) handles.push(handle)
  return handles
}

test('a product is found by its handle and by its id; one that is not there is null', async () => {
  const { shop, standIn } = openShop()
  const { id } = standIn.state.add('linen-apron', { title: 'Förkläde' })
  const found = await shop.products.find({ handle: 'linen-apron' })
  expect(found).toMatchObject({
    id,
    title: 'Förkläde',
    variants: { nodes: [{ sku: 'SKU-linen-apron', price: '349.00' }] },
  })
  expect(await shop.products.find({ id })).toEqual(found)
  expect(await shop.products.find({ handle: 'wool-apron' })).toBeNull()
})

test('all products are listed, page by page', async () => {
  const { shop, standIn } = openShop()
  const handles = Array.from({ length: 60 }, (_, index) => standIn.state.add(`apron-${String(index)}`).handle)
  expect(await handlesOf(shop.products.list())).toEqual(handles)
  expect(standIn.asked).toHaveLength(3)
})

test('those that were changed since a moment are listed', async () => {
  const { shop, standIn } = openShop()
  standIn.state.add('old', { updatedAt: '2026-11-01T00:00:00Z' })
  standIn.state.add('new', { updatedAt: '2026-11-20T00:00:00Z' })
  const changed = shop.products.list({ updatedSince: '2026-11-10T00:00:00Z' })
  expect(await handlesOf(changed)).toEqual(['new'])
})
