import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import type { ProductCatalog } from '../catalog/product-catalog.ts'

/** What every catalogue must do, as plain data: it runs under any test runner, and inside workerd. */
export interface CatalogCase {
  readonly name: string
  run(catalog: ProductCatalog): Promise<void>
}

/** The subject holds the sample shop and no drafts. */
export const productCatalogContract: readonly CatalogCase[] = [
  {
    name: 'list() is sorted by handle, and every product on it can be found',
    async run(catalog) {
      const all = await catalog.list()
      strictEqual(all.length, 40)
      deepStrictEqual(
        all.map(({ handle }) => handle),
        all.map(({ handle }) => handle).sort(),
      )
      for (const { handle, title } of all) strictEqual((await catalog.find(handle))?.title, title)
    },
  },
  {
    name: 'find() of an unknown handle is null',
    async run(catalog) {
      strictEqual(await catalog.find('no-such-thing'), null)
    },
  },
  {
    name: 'a handle is the same one in other case and with blanks around it',
    async run(catalog) {
      strictEqual((await catalog.find(' Linen-Apron'))?.handle, 'linen-apron')
      await catalog.saveDraft({ product: 'Linen-Apron ', language: 'en', text: 'An apron.' }, 'job_1/call_1')
      deepStrictEqual(
        (await catalog.drafts('LINEN-APRON')).map(({ product }) => product),
        ['linen-apron'],
      )
    },
  },
  {
    name: 'saveDraft() keeps a draft for its product',
    async run(catalog) {
      await catalog.saveDraft({ product: 'linen-apron', language: 'sv', text: 'Ett förkläde.' }, 'job_1/call_1')
      const [draft, ...rest] = await catalog.drafts('linen-apron')
      deepStrictEqual(
        { product: draft?.product, language: draft?.language, text: draft?.text },
        { product: 'linen-apron', language: 'sv', text: 'Ett förkläde.' },
      )
      strictEqual(rest.length, 0)
      strictEqual((await catalog.drafts('enamel-mug')).length, 0)
      strictEqual((await catalog.drafts(null)).length, 1)
    },
  },
  {
    name: 'saveDraft() with a used key changes nothing',
    async run(catalog) {
      await catalog.saveDraft({ product: 'linen-apron', language: 'sv', text: 'Ett.' }, 'job_1/call_1')
      await catalog.saveDraft({ product: 'linen-apron', language: 'sv', text: 'Två.' }, 'job_1/call_1')
      deepStrictEqual(
        (await catalog.drafts('linen-apron')).map(({ text }) => text),
        ['Ett.'],
      )
    },
  },
  {
    name: 'saveDraft() for an unknown product rejects and keeps nothing',
    async run(catalog) {
      await rejects(catalog.saveDraft({ product: 'no-such-thing', language: 'en', text: 'It.' }, 'k'), {
        name: 'ProductNotFoundError',
      })
      strictEqual((await catalog.drafts(null)).length, 0)
    },
  },
]
