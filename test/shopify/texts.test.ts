import { describe, expect, test } from 'vitest'
import { openShop } from './shop.ts'

function withApron() {
  const opened = openShop()
  const product = opened.standIn.state.add('linen-apron', { descriptionHtml: '<p>Förkläde i lin.</p>' })
  const place = { productId: product.id, key: 'body_html' } as const
  return { ...opened, product, sv: { ...place, locale: 'sv' }, en: { ...place, locale: 'en' } }
}

test("the shop's own language is written to the product, and nothing else of it", async () => {
  const { shop, product, sv } = withApron()
  const before = { ...product }
  expect(await shop.texts.read(sv)).toEqual({ value: '<p>Förkläde i lin.</p>', sourceDigest: null })
  await shop.texts.write(sv, { value: '<p>Nytt.</p>', sourceDigest: null })
  expect(product).toEqual({ ...before, descriptionHtml: '<p>Nytt.</p>' })
})

test.each([
  ['title', 'Förkläde'],
  ['meta_title', 'Förkläde | Lin'],
  ['meta_description', 'Av lin.'],
] as const)('%s can be written and read', async (key, value) => {
  const { shop, product } = withApron()
  const place = { productId: product.id, key, locale: 'sv' }
  await shop.texts.write(place, { value, sourceDigest: null })
  expect(await shop.texts.read(place)).toEqual({ value, sourceDigest: null })
  expect(product.descriptionHtml).toBe('<p>Förkläde i lin.</p>')
})

describe('a translation', () => {
  test('is registered for the source that was read, and removed again', async () => {
    const { shop, standIn, product, en } = withApron()
    const before = await shop.texts.read(en)
    expect(before.value).toBeNull()
    await shop.texts.write(en, { ...before, value: '<p>Linen apron.</p>' })
    expect(await shop.texts.read(en)).toEqual({ ...before, value: '<p>Linen apron.</p>' })
    expect(standIn.state.translationsOf(product.id, 'en')).toMatchObject([{ outdated: false }])
    expect(product.descriptionHtml).toBe('<p>Förkläde i lin.</p>')
    await shop.texts.write(en, before)
    expect(await shop.texts.read(en)).toEqual(before)
  })

  test('is refused when its source was changed meanwhile, and is not overwritten', async () => {
    const { shop, standIn, product, en } = withApron()
    const before = await shop.texts.read(en)
    await shop.texts.write(en, { ...before, value: '<p>By hand.</p>' })
    product.descriptionHtml = '<p>Ändrat för hand.</p>'
    await expect(shop.texts.write(en, { ...before, value: '<p>Old.</p>' })).rejects.toThrow(
      'The source text was changed after it was read.',
    )
    expect(standIn.state.translationsOf(product.id, 'en')).toMatchObject([{ value: '<p>By hand.</p>', outdated: true }])
    expect((await shop.texts.read(en)).sourceDigest).not.toBe(before.sourceDigest)
  })

  test('into a language that the shop does not have is refused, with what to do', async () => {
    const { shop, en } = withApron()
    const { sourceDigest } = await shop.texts.read(en)
    const written = shop.texts.write({ ...en, locale: 'fi' }, { value: '<p>Essu.</p>', sourceDigest })
    await expect(written).rejects.toThrow('Add this language to the shop')
    await expect(shop.texts.read({ ...en, locale: 'fi' })).rejects.toThrow('The shop has no language "fi". Add this')
  })

  test('asks once which languages there are', async () => {
    const { shop, standIn, en } = withApron()
    await shop.texts.read(en)
    await shop.texts.read(en)
    expect(standIn.asked.filter((name) => name === 'ErrandLocales')).toHaveLength(1)
  })

  test('of a text that there is not is refused, and never taken for the text itself', async () => {
    const { shop, product } = withApron()
    const place = { productId: product.id, key: 'meta_title', locale: 'en' } as const
    await expect(shop.texts.read(place)).rejects.toThrow('Write that first.')
  })
})

test('a write whose answer was lost is repeated, for it puts the same text there', async () => {
  const { shop, standIn, product, sv } = withApron()
  standIn.faults.push(async (answer) => {
    await answer()
    throw new TypeError('connection reset')
  })
  await shop.texts.write(sv, { value: '<p>Nytt.</p>', sourceDigest: null })
  expect(product.descriptionHtml).toBe('<p>Nytt.</p>')
  expect(standIn.state.carriedOut).toEqual(['productUpdate', 'productUpdate'])
})

test('a product that is gone is said to be gone', async () => {
  const { shop, sv } = withApron()
  const gone = { ...sv, productId: 'gid://shopify/Product/404' }
  await expect(shop.texts.read(gone)).rejects.toMatchObject({ code: 'refused' })
  await expect(shop.texts.write(gone, { value: 'x', sourceDigest: null })).rejects.toThrow('Product does not exist')
})

test('the languages of the shop are listed', async () => {
  const { shop } = withApron()
  expect((await shop.texts.locales()).map(({ locale, primary }) => [locale, primary])).toEqual([
    ['sv', true],
    ['en', false],
  ])
})
