import * as z from 'zod'
import type { ShopifyAdmin, ShopifyRequest } from './admin.ts'
import { PRODUCT, PRODUCTS } from './documents.ts'
import { PAGE_INFO, parse } from './parse.ts'

/** A variant's `price` is in the currency of the shop, as Shopify writes it ("349.00"). */
const SHOPIFY_VARIANT = z.object({
  id: z.string(),
  title: z.string(),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  price: z.string(),
})

/** `descriptionHtml` is "" where there is none, `seo` is `null` where Shopify shows the title and the description. */
const SHOPIFY_PRODUCT = z.object({
  id: z.string(),
  handle: z.string(),
  title: z.string(),
  descriptionHtml: z.string(),
  vendor: z.string(),
  productType: z.string(),
  tags: z.array(z.string()),
  status: z.string(),
  updatedAt: z.string(),
  seo: z.object({ title: z.string().nullable(), description: z.string().nullable() }),
  /** How many variants there are; `variants` holds the first twenty. */
  variantsCount: z.object({ count: z.number() }).nullable(),
  variants: z.object({ nodes: z.array(SHOPIFY_VARIANT) }),
})

export type ShopifyProduct = z.infer<typeof SHOPIFY_PRODUCT>

const FOUND = z.object({ productByIdentifier: SHOPIFY_PRODUCT.nullable() })
const PAGE = z.object({ products: z.object({ nodes: z.array(SHOPIFY_PRODUCT), pageInfo: PAGE_INFO }) })

export interface ListProducts extends ShopifyRequest {
  /** Shopify's search syntax, such as `status:active vendor:'Lin & Co'`. */
  readonly search?: string
  /** Only those that were changed at this time (RFC 3339) or later, the longest unchanged first. */
  readonly updatedSince?: string
}

export interface ProductsPage {
  readonly products: readonly ShopifyProduct[]
  /** `after` of the next page; `null` after the last. */
  readonly next: string | null
}

/** With twenty variants each, a page of these costs about a tenth of what a bucket of a standard plan holds. */
const PAGE_SIZE = 25

export class ShopifyProducts {
  readonly #admin: ShopifyAdmin

  constructor(admin: ShopifyAdmin) {
    this.#admin = admin
  }

  /** @returns `null` when the shop has no such product. @throws {ShopifyError} */
  async find(
    identifier: { readonly handle: string } | { readonly id: string },
    options: ShopifyRequest = {},
  ): Promise<ShopifyProduct | null> {
    const answer = await this.#admin.request(PRODUCT, { identifier: { ...identifier } }, options)
    return parse(FOUND, answer).productByIdentifier
  }

  /** All of them, a page at a time: take as many as you need. @throws {ShopifyError} */
  async *list(options: ListProducts = {}): AsyncGenerator<ShopifyProduct> {
    let after: string | null = null
    do {
      const { products, next }: ProductsPage = await this.page({ ...options, after })
      yield* products
      after = next
    } while (after !== null)
  }

  /** At most 25 of them. @throws {ShopifyError} */
  async page({
    after = null,
    ...options
  }: ListProducts & { readonly after?: string | null } = {}): Promise<ProductsPage> {
    const { search, updatedSince, ...request } = options
    const since = updatedSince === undefined ? '' : `updated_at:>='${updatedSince}'`
    const query = `${search === undefined ? '' : `(${search})`} ${since}`.trim()
    const sortKey = updatedSince === undefined ? 'ID' : 'UPDATED_AT'
    const answer = await this.#admin.request(PRODUCTS, { first: PAGE_SIZE, after, query, sortKey }, request)
    const { nodes, pageInfo } = parse(PAGE, answer).products
    return { products: nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : null }
  }
}
