import { createHash } from 'node:crypto'

export interface StoredProduct {
  readonly id: string
  readonly handle: string
  title: string
  descriptionHtml: string
  seo: { title: string | null; description: string | null }
  updatedAt: string
}

export interface Translation {
  readonly key: string
  readonly locale: string
  value: string
  digest: string
}

interface UserError {
  readonly field: readonly string[]
  readonly message: string
  readonly code?: string
}

const LOCALES = [
  { locale: 'sv', name: 'Swedish', primary: true, published: true },
  { locale: 'en', name: 'English', primary: false, published: true },
]

/** What is in the shop, and Shopify's rules about it that we meet. Its own language is Swedish. */
export class ShopState {
  readonly products = new Map<string, StoredProduct>()
  readonly translations = new Map<string, Translation[]>()
  readonly subscriptions: { id: string; topic: string; uri: string }[] = []
  readonly orders: {
    readonly id: string
    readonly legacyResourceId: string
    readonly checkoutToken: string | null
    readonly cartToken: string | null
    readonly createdAt: string
    readonly updatedAt: string
  }[] = []
  /** What Shopify makes of HTML that it is given. */
  cleanUp: (html: string) => string = (html) => html
  /** How often each mutation was carried out. */
  readonly carriedOut: string[] = []
  readonly locales = LOCALES.map((locale) => ({ ...locale }))

  add(
    handle: string,
    texts: Partial<Pick<StoredProduct, 'title' | 'descriptionHtml' | 'updatedAt'>> = {},
  ): StoredProduct {
    const id = `gid://shopify/Product/${String(this.products.size + 1)}`
    const product: StoredProduct = {
      id,
      handle,
      title: texts.title ?? handle,
      descriptionHtml: texts.descriptionHtml ?? `<p>${handle}</p>`,
      seo: { title: null, description: null },
      updatedAt: texts.updatedAt ?? '2026-11-01T00:00:00Z',
    }
    this.products.set(id, product)
    return product
  }

  /** Absent or empty texts are no content at Shopify. */
  contentOf(id: string) {
    const product = this.products.get(id)
    if (!product) return []
    const texts: [string, string | null][] = [
      ['title', product.title],
      ['body_html', product.descriptionHtml],
      ['meta_title', product.seo.title],
      ['meta_description', product.seo.description],
    ]
    return texts.flatMap(([key, value]) => (value ? [{ key, value, digest: digestOf(value), locale: 'sv' }] : []))
  }

  translationsOf(id: string, locale: string) {
    const digests = new Map(this.contentOf(id).map(({ key, digest }) => [key, digest]))
    return (this.translations.get(id) ?? [])
      .filter((translation) => translation.locale === locale)
      .map(({ key, value, digest }) => ({ key, value, locale, outdated: digests.get(key) !== digest }))
  }

  register(id: string, { key, locale, value, digest }: Translation): UserError[] {
    if (!LOCALES.some((known) => known.locale === locale && !known.primary))
      return [
        {
          field: ['translations', '0', 'locale'],
          message: 'Locale is not valid for the shop',
          code: 'INVALID_LOCALE_FOR_SHOP',
        },
      ]
    const source = this.contentOf(id).find((content) => content.key === key)
    if (source?.digest !== digest) {
      const message = 'Translatable content hash is invalid'
      return [
        { field: ['translations', '0', 'translatableContentDigest'], message, code: 'INVALID_TRANSLATABLE_CONTENT' },
      ]
    }
    const others = (this.translations.get(id) ?? []).filter((kept) => kept.key !== key || kept.locale !== locale)
    this.translations.set(id, [...others, { key, locale, value: this.cleanUp(value), digest }])
    return []
  }
}

export function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}
