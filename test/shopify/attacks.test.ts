import { productTextWrite } from '#adapters/shopify/product-text-write.ts'
import { writingScene } from '#test/support/writing.ts'
import { describe, expect, test } from 'vitest'
import { openShop } from './shop.ts'

const LOCALES = '{ shopLocales { locale } }'
const UPDATE = `mutation ($product: ProductUpdateInput!) {
  productUpdate(product: $product) { product { id } userErrors { field message } }
}`

const THROTTLED = [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }]

async function all<Value>(values: AsyncIterable<Value>, seen: Value[] = []): Promise<Value[]> {
  for await (const value of values) seen.push(value)
  return seen
}

const pass = (answer: () => Promise<Response>): Promise<Response> => answer()

describe('an answer', () => {
  test('that is cut in half is none: a query is asked again, a mutation is not', async () => {
    const { shop, standIn } = openShop()
    const half = async (answer: () => Promise<Response>): Promise<Response> => {
      const text = await (await answer()).text()
      return new Response(text.slice(0, text.length / 2), { headers: { 'content-type': 'application/json' } })
    }
    standIn.faults.push(half)
    await expect(shop.request(LOCALES, {})).resolves.toHaveProperty('shopLocales')
    standIn.faults.push(half)
    await expect(shop.request(UPDATE, { product: { id: '1' } })).rejects.toMatchObject({ code: 'unavailable' })
    expect(standIn.state.carriedOut).toEqual(['productUpdate'])
  })

  test('that is throttled in part may have begun: its mutation is not made twice', async () => {
    const { shop, standIn } = openShop()
    standIn.faults.push(async (answer) => {
      const { data } = (await (await answer()).json()) as { data: unknown }
      return Response.json({ data, errors: THROTTLED })
    })
    await expect(shop.request(UPDATE, { product: { id: '1' } })).rejects.toMatchObject({ code: 'unavailable' })
    expect(standIn.state.carriedOut).toEqual(['productUpdate'])
  })

  test('of a query that holds a part and an error is never taken for the whole', async () => {
    const { shop, standIn } = openShop()
    standIn.faults.push(() => Response.json({ data: { shopLocales: null }, errors: [{ message: 'No.' }] }))
    await expect(shop.request(LOCALES, {})).rejects.toThrow('No.')
  })

  test('429 may say until when, as a date', async () => {
    const { shop, standIn, clock } = openShop()
    const until = new Date(clock.now() + 5000).toUTCString()
    standIn.faults.push(() => new Response('', { status: 429, headers: { 'retry-after': until } }))
    await shop.request(LOCALES, {})
    expect(clock.waits[0]).toBeGreaterThan(3000)
    expect(clock.waits[0]).toBeLessThanOrEqual(5000)
  })

  test('that names points which come back slower than it says is waited out', async () => {
    const { shop, standIn, clock } = openShop()
    const throttleStatus = { maximumAvailable: 1000, currentlyAvailable: 0, restoreRate: 1000 }
    const refusal = () => Response.json({ errors: THROTTLED, extensions: { cost: { throttleStatus } } })
    standIn.faults.push(...Array.from({ length: 6 }, () => refusal))
    await shop.request(UPDATE, { product: { id: '1' } })
    expect(standIn.state.carriedOut).toEqual(['productUpdate'])
    expect(clock.monotonic()).toBeGreaterThan(30_000)
  })
})

test('a token that cannot be had for a moment is asked for again', async () => {
  const { shop, standIn } = openShop({ credentials: { clientId: 'id', clientSecret: 'shpss_good' } })
  standIn.faults.push(
    () => new Response('', { status: 503 }),
    () => {
      throw new TypeError('connection reset')
    },
  )
  await shop.request(UPDATE, { product: { id: '1' } })
  expect(standIn.state.carriedOut).toEqual(['productUpdate'])
})

describe('a bulk operation', () => {
  const EXPORT = '{ products { nodes { id } } }'

  function withProducts() {
    const opened = openShop()
    for (const handle of ['a', 'b', 'c']) opened.standIn.state.add(handle)
    return opened
  }

  test.each(['FAILED', 'CANCELED', 'EXPIRED'] as const)(
    'that ends as %s gives what it made, and says so',
    async (end) => {
      const { shop, standIn } = withProducts()
      standIn.bulk.endsAs = end
      const seen: object[] = []
      await expect(all(shop.bulk.query(EXPORT), seen)).rejects.toThrow(`ended as ${end} (INTERNAL_SERVER_ERROR)`)
      expect(seen).toEqual([{ id: 'gid://shopify/Product/1' }])
    },
  )

  test('that found nothing has no file', async () => {
    const { shop, standIn } = withProducts()
    standIn.faults.push(...[pass, pass, pass], async (answer) => {
      const text = await (await answer()).text()
      return new Response(text.replace(/"url":"[^"]*"/, '"url":null'), {
        headers: { 'content-type': 'application/json' },
      })
    })
    expect(await all(shop.bulk.query(EXPORT))).toEqual([])
  })

  test('whose file breaks off, or is not there for a moment, is read on from there', async () => {
    const { shop, standIn } = withProducts()
    standIn.faults.push(
      ...[pass, pass, pass, pass],
      async (answer) => new Response((await (await answer()).text()).slice(0, 45)),
      () => new Response('<html>', { status: 503 }),
      () => {
        throw new TypeError('connection reset')
      },
    )
    const ids = (await all(shop.bulk.query(EXPORT))).map(({ id }) => id)
    expect(ids).toEqual([1, 2, 3].map((number) => `gid://shopify/Product/${String(number)}`))
  })
})

describe('a proposal of a translation', () => {
  async function approved({ outdated = false } = {}) {
    const { shop, standIn } = openShop()
    const product = standIn.state.add('apron', { descriptionHtml: '<p>Förkläde.</p>' })
    const by = { key: 'body_html', locale: 'en', digest: standIn.state.contentOf(product.id)[1]?.digest ?? '' }
    standIn.state.register(product.id, { ...by, value: '<p>Apron.</p>' })
    if (outdated) product.descriptionHtml = '<p>Förkläde i lin.</p>'
    const writing = writingScene({ tool: productTextWrite(shop, { name: 'describe', key: 'body_html', locale: 'en' }) })
    const { id } = await writing.run('<p>An apron of linen.</p>', 'apron')
    await writing.decide(id, { action: 'approve' })
    const ask = async (action: 'apply' | 'undo') => {
      await writing.decide(id, { action })
      await writing.carryOut(id)
      return writing.writeOf(id)
    }
    const byHand = (value: string) => standIn.state.register(product.id, { ...by, value })
    return { standIn, product, ask, byHand, english: () => standIn.state.translationsOf(product.id, 'en') }
  }

  test.each(['apply', 'undo'] as const)('that a person has edited is not written over by %s', async (action) => {
    const { ask, byHand, english } = await approved()
    if (action === 'undo') await ask('apply')
    byHand('<p>An apron of linen. </p>')
    expect(await ask(action)).toMatchObject({ status: 'stale', found: { value: '<p>An apron of linen. </p>' } })
    expect(english()).toMatchObject([{ value: '<p>An apron of linen. </p>' }])
  })

  test('whose product is deleted meanwhile is not written, and says why', async () => {
    const { standIn, product, ask } = await approved()
    standIn.state.products.delete(product.id)
    expect(await ask('apply')).toMatchObject({ status: 'applying', problem: 'The shop has no product "apron".' })
    expect(standIn.state.carriedOut).toEqual([])
  })

  test('that Shopify refuses says what Shopify said', async () => {
    const { standIn, ask } = await approved()
    standIn.faults.push(pass, pass, async (answer) => {
      await answer()
      const userErrors = [{ field: ['translations', '0', 'value'], message: 'Value is invalid', code: 'INVALID' }]
      return Response.json({ data: { translationsRegister: { translations: null, userErrors } } })
    })
    expect(await ask('apply')).toMatchObject({ problem: expect.stringContaining('Value is invalid') as string })
  })

  test('that is outdated, in a language that is not published, is replaced and put back byte for byte', async () => {
    const { standIn, product, ask, english } = await approved({ outdated: true })
    for (const locale of standIn.state.locales) locale.published = false
    expect(english()).toMatchObject([{ value: '<p>Apron.</p>', outdated: true }])
    expect(await ask('apply')).toMatchObject({ status: 'applied' })
    expect(await ask('undo')).toMatchObject({ status: 'undone' })
    expect(english()).toMatchObject([{ value: '<p>Apron.</p>' }])
    expect(product.descriptionHtml).toBe('<p>Förkläde i lin.</p>')
  })
})
