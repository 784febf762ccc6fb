import { inspect } from 'node:util'
import { ShopifyError } from '#adapters/shopify/errors.ts'
import { describe, expect, test } from 'vitest'
import { openShop } from './shop.ts'

const LOCALES = '{ shopLocales { locale } }'
const UPDATE = `mutation ($product: ProductUpdateInput!) {
  productUpdate(product: $product) { userErrors { message } }
}`

describe('points', () => {
  test('are waited for before a request is sent', async () => {
    const { shop, standIn, clock } = openShop()
    standIn.state.add('linen-apron')
    for (let count = 0; count < 200; count++) await shop.products.find({ handle: 'linen-apron' })
    // 200 × 7 points are 400 more than the bucket holds, which come back in 8 s.
    expect(standIn.asked).toHaveLength(200)
    expect(standIn.throttled).toBe(0)
    expect(clock.monotonic()).toBeGreaterThanOrEqual(8000)
    expect(clock.monotonic()).toBeLessThan(20_000)
  })

  test('of requests under way are counted', async () => {
    const { shop, standIn, clock } = openShop()
    await shop.request(LOCALES, {})
    standIn.points.drain(20)
    await shop.request(LOCALES, {})
    await Promise.all(Array.from({ length: 10 }, () => shop.request(LOCALES, {})))
    expect(standIn.asked).toHaveLength(12)
    expect(standIn.throttled).toBe(0)
    expect(clock.waits.length).toBeGreaterThan(0)
  })

  test('that another program has used are waited for after Shopify said so', async () => {
    const { shop, standIn, clock } = openShop()
    standIn.points.drain(0)
    await shop.request(UPDATE, { product: { id: 'gid://shopify/Product/1' } })
    expect(standIn.throttled).toBe(1)
    expect(standIn.state.carriedOut).toEqual(['productUpdate'])
    expect(clock.monotonic()).toBeGreaterThan(0)
  })
})

describe('what goes wrong on the way', () => {
  test.each([undefined, {}, { cost: null }, { cost: { requestedQueryCost: null, throttleStatus: null } }])(
    'points that are used up are waited for, where Shopify says of them %j',
    async (extensions) => {
      const { shop, standIn, clock } = openShop()
      const errors = [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }]
      const throttled = () => Response.json({ errors, extensions })
      standIn.faults.push(throttled, throttled)
      await shop.request(UPDATE, { product: { id: 'gid://shopify/Product/1' } })
      expect(clock.waits).toEqual([1000, 2000])
      expect(standIn.state.carriedOut).toEqual(['productUpdate'])
    },
  )

  test.each([500, 503, 200])(
    'a page in place of an answer (status %i) is no answer, and is not shown',
    async (status) => {
      const { shop, standIn } = openShop()
      const page = () => new Response('<html>Oops</html>', { status, headers: { 'content-type': 'text/html' } })
      standIn.faults.push(page)
      const failure: unknown = await shop.request(UPDATE, {}).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'unavailable', message: expect.not.stringContaining('Oops') as string })
      standIn.faults.push(page)
      await expect(shop.request(LOCALES, {})).resolves.toHaveProperty('shopLocales')
    },
  )

  test('a 429 is waited out for as long as it says, also for a mutation', async () => {
    const { shop, standIn, clock } = openShop()
    standIn.faults.push(() => new Response('Throttled', { status: 429, headers: { 'retry-after': '2' } }))
    await shop.request(UPDATE, { product: { id: 'gid://shopify/Product/1' } })
    expect(clock.waits).toEqual([2000])
    expect(standIn.state.carriedOut).toEqual(['productUpdate'])
  })

  test('a query is asked again where the answer was lost', async () => {
    const { shop, standIn } = openShop()
    const lost = async (answer: () => Promise<Response>): Promise<Response> => {
      await answer()
      throw new TypeError('connection reset')
    }
    standIn.faults.push(lost, () => new Response('<html>', { status: 502 }))
    await expect(shop.request(LOCALES, {})).resolves.toHaveProperty('shopLocales')
  })

  test("an author's mutation is not made twice where the answer was lost", async () => {
    const { shop, standIn } = openShop()
    standIn.faults.push(async (answer) => {
      await answer()
      throw new TypeError('connection reset')
    })
    const made = shop.request(UPDATE, { product: { id: 'gid://shopify/Product/1' } })
    await expect(made).rejects.toMatchObject({ code: 'unavailable' })
    expect(standIn.state.carriedOut).toEqual(['productUpdate'])
  })

  test('it gives up in the end, and says why', async () => {
    const { shop, standIn } = openShop()
    standIn.faults.push(...Array.from({ length: 8 }, () => () => new Response('', { status: 503 })))
    await expect(shop.request(LOCALES, {})).rejects.toThrow('Its status was 503.')
    expect(standIn.asked).toEqual([])
  })

  test('a query that Shopify does not understand is not repeated', async () => {
    const { shop, standIn, clock } = openShop()
    await expect(shop.request('{ shopLocales { colour } }', {})).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('Cannot query field "colour"') as string,
    })
    expect(standIn.asked).toHaveLength(1)
    expect(clock.waits).toEqual([])
  })

  test('a caller who leaves is not kept waiting', async () => {
    const { shop, standIn } = openShop()
    const leaving = new AbortController()
    standIn.faults.push(() => {
      leaving.abort(new Error('gone'))
      return new Response('', { status: 503 })
    })
    await expect(shop.request(LOCALES, {}, { signal: leaving.signal })).rejects.toThrow('gone')
  })

  test('a mutation that was denied in part is not made twice: the token is good', async () => {
    const credentials = { clientId: 'id', clientSecret: 'shpss_good' }
    const { shop, standIn } = openShop({ credentials })
    standIn.faults.push(
      (answer) => answer(),
      async (answer) => {
        const { data } = (await (await answer()).json()) as { data: unknown }
        return Response.json({ data, errors: [{ message: 'Denied', extensions: { code: 'ACCESS_DENIED' } }] })
      },
    )
    const made = shop.request(UPDATE, { product: { id: 'gid://shopify/Product/1' } })
    await expect(made).rejects.toMatchObject({ code: 'unauthorized' })
    expect(standIn.state.carriedOut).toEqual(['productUpdate'])
  })

  test('a redirect is not followed: the token would go along', async () => {
    const { shop, standIn } = openShop()
    standIn.faults.push(() => new Response(null, { status: 301, headers: { location: 'https://elsewhere.example/' } }))
    await expect(shop.request(LOCALES, {})).rejects.toThrow('.myshopify.com')
  })
})

describe('credentials', () => {
  const credentials = { clientId: 'id', clientSecret: 'shpss_good' }

  test('of an app are exchanged for a token, which serves all requests of its day', async () => {
    const { shop, standIn, clock } = openShop({ credentials })
    await Promise.all([shop.request(LOCALES, {}), shop.request(LOCALES, {})])
    expect(standIn.asked.filter((name) => name === 'access_token')).toHaveLength(1)
    await new Promise<void>((resolve) => clock.after(86_400_000, resolve))
    await shop.request(LOCALES, {})
    await shop.request(LOCALES, {})
    expect(standIn.asked.filter((name) => name === 'access_token')).toHaveLength(2)
  })

  test('a token that Shopify has revoked is replaced once', async () => {
    const { shop, standIn } = openShop({ credentials })
    await shop.request(LOCALES, {})
    standIn.tokens.clear()
    await expect(shop.request(LOCALES, {})).resolves.toHaveProperty('shopLocales')
  })

  test('that are wrong are said to be wrong, and are not in the message', async () => {
    const fixed = openShop({ credentials: { accessToken: 'shpat_wrong' } })
    const failure = await fixed.shop.request(LOCALES, {}).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ShopifyError)
    expect(failure).toMatchObject({ code: 'unauthorized' })
    const app = openShop({ credentials: { clientId: 'id', clientSecret: 'shpss_wrong' } })
    const refused = await app.shop.request(LOCALES, {}).catch((error: unknown) => error)
    expect(refused).toMatchObject({ message: expect.stringContaining('Check the client id and the secret') as string })
    expect(inspect([failure, refused], { depth: Infinity })).not.toMatch(/shpat|shpss/)
  })

  test.each(['not a shop', 'http://lin.myshopify.com', 'lin.myshopify.com/admin', 'https://user:pw@lin.myshopify.com'])(
    'the address "%s" is refused',
    (address) => {
      expect(() => openShop({ shop: address })).toThrow('my-shop.myshopify.com')
    },
  )
})
