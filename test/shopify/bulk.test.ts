import { describe, expect, test } from 'vitest'
import { eventually } from '#test/support/eventually.ts'
import { openShop } from './shop.ts'

const EXPORT = '{ products { nodes { id handle descriptionHtml } } }'
const UPDATE = `mutation ($product: ProductUpdateInput!) {
  productUpdate(product: $product) { product { id } userErrors { field message } }
}`

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const seen: Value[] = []
  for await (const value of values) seen.push(value)
  return seen
}

function withProducts(count: number) {
  const opened = openShop()
  const products = Array.from({ length: count }, (_, index) => opened.standIn.state.add(`apron-${String(index)}`))
  const variables = products.map(({ id }, index) => ({ product: { id, descriptionHtml: `<p>${String(index)}</p>` } }))
  return { ...opened, products, variables }
}

describe('an export', () => {
  test('gives every object of the query', async () => {
    const { shop, products } = withProducts(30)
    expect(await all(shop.bulk.query(EXPORT))).toEqual(
      products.map(({ id, handle, descriptionHtml }) => ({ id, handle, descriptionHtml })),
    )
  })

  test('waits where five of the app are under way', async () => {
    const { shop, standIn, clock } = withProducts(2)
    standIn.bulk.underWay = 6
    expect(await all(shop.bulk.query(EXPORT))).toHaveLength(2)
    expect(clock.waits.slice(0, 2)).toEqual([10_000, 10_000])
  })

  test('whose file breaks off says so', async () => {
    const { shop, standIn } = withProducts(3)
    const real = standIn.fetch
    const cut = openShop({
      fetch: async (input, init) => {
        const answer = await real(input, init)
        if (!new URL(new Request(input).url).pathname.startsWith('/files/')) return answer
        return new Response((await answer.text()).slice(0, -10))
      },
    })
    await expect(all(cut.shop.bulk.query(EXPORT))).rejects.toThrow('broke off')
    expect(await all(shop.bulk.query(EXPORT))).toHaveLength(3)
  })
})

describe('an import', () => {
  test('makes each call once, and gives what became of it', async () => {
    const { shop, standIn, products, variables } = withProducts(12)
    const wrong = { product: { id: 'gid://shopify/Product/404', descriptionHtml: '' } }
    const results = await all(
      shop.bulk.mutate({ id: 'spring-2027', mutation: UPDATE, variables: [...variables, wrong] }),
    )
    expect(products.map(({ descriptionHtml }) => descriptionHtml)).toEqual(
      products.map((_, index) => `<p>${String(index)}</p>`),
    )
    expect(standIn.state.carriedOut).toHaveLength(13)
    expect(results.at(-1)).toEqual({
      data: { productUpdate: { product: null, userErrors: [{ field: ['id'], message: 'Product does not exist' }] } },
      __lineNumber: 12,
    })
  })

  test('that was begun before a crash is found by its id, and not made again', async () => {
    const { shop, standIn, variables } = withProducts(3)
    const leaving = new AbortController()
    const begun = shop.bulk.mutate({ id: 'spring-2027', mutation: UPDATE, variables, signal: leaving.signal })
    standIn.bulk.looksUntilDone = Infinity
    const first = all(begun)
    await eventually(() => {
      expect(standIn.state.carriedOut).toHaveLength(3)
    })
    leaving.abort(new Error('the process died'))
    await expect(first).rejects.toThrow('the process died')
    standIn.bulk.looksUntilDone = 1
    expect(await all(shop.bulk.mutate({ id: 'spring-2027', mutation: UPDATE, variables }))).toHaveLength(3)
    expect(standIn.state.carriedOut).toHaveLength(3)
    await all(shop.bulk.mutate({ id: 'summer-2027', mutation: UPDATE, variables }))
    expect(standIn.state.carriedOut).toHaveLength(6)
  })

  test('whose answer was lost is looked up before it is begun again', async () => {
    const { shop, standIn, variables } = withProducts(3)
    const pass = (answer: () => Promise<Response>): Promise<Response> => answer()
    const lost = async (answer: () => Promise<Response>): Promise<Response> => {
      await answer()
      throw new TypeError('connection reset')
    }
    // The search for it, the place of the upload, the upload, and then the mutation.
    standIn.faults.push(pass, pass, pass, lost)
    expect(await all(shop.bulk.mutate({ id: 'spring-2027', mutation: UPDATE, variables }))).toHaveLength(3)
    expect(standIn.state.carriedOut).toHaveLength(3)
  })

  test.each([
    [{ id: 'short', mutation: UPDATE }, '10 to 255 characters'],
    [{ id: 'spring-2027', mutation: EXPORT }, 'must begin with the word "mutation"'],
  ])('%j is refused', async (wrong, message) => {
    const { shop, standIn } = withProducts(1)
    await expect(all(shop.bulk.mutate({ ...wrong, variables: [] }))).rejects.toThrow(message)
    expect(standIn.asked).toEqual([])
  })
})
