import * as z from 'zod'
import type { ShopifyAdmin, ShopifyRequest } from './admin.ts'
import { ORDERS } from './documents.ts'
import { PAGE_INFO, parse } from './parse.ts'

/** What leads from an order to its cart and its checkout; nothing about the customer. Times are RFC 3339. */
const SHOPIFY_ORDER = z.object({
  id: z.string(),
  /** `id` of the order in Shopify's webhooks. */
  legacyResourceId: z.coerce.string(),
  checkoutToken: z.string().nullable(),
  cartToken: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

export type ShopifyOrder = z.infer<typeof SHOPIFY_ORDER>

const PAGE = z.object({ orders: z.object({ nodes: z.array(SHOPIFY_ORDER), pageInfo: PAGE_INFO }) })

export interface OrdersPage {
  readonly orders: readonly ShopifyOrder[]
  /** `after` of the next page; `null` after the last. */
  readonly next: string | null
}

export interface ListOrders extends ShopifyRequest {
  /** Only those that were changed at this time (RFC 3339) or later, the longest unchanged first. */
  readonly updatedSince: string
  /** `next` of the page before. */
  readonly after?: string | null
}

const PAGE_SIZE = 50

/** The orders of a shop. An app that may not read all orders sees those of the last 60 days. */
export class ShopifyOrders {
  readonly #admin: ShopifyAdmin

  constructor(admin: ShopifyAdmin) {
    this.#admin = admin
  }

  /** At most fifty. Needs the scope `read_orders`. @throws {ShopifyError} */
  async page({ updatedSince, after = null, ...request }: ListOrders): Promise<OrdersPage> {
    const query = `updated_at:>='${updatedSince}'`
    const answer = await this.#admin.request(ORDERS, { first: PAGE_SIZE, after, query }, request)
    const { nodes, pageInfo } = parse(PAGE, answer).orders
    return { orders: nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : null }
  }
}
