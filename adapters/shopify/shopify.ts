import type { JsonObject } from '#domain/json/json.ts'
import { ShopifyAdmin, type ShopifyAdminOptions, type ShopifyRequest } from './admin.ts'
import { ShopifyBulk } from './bulk.ts'
import { ShopifyOrders } from './orders.ts'
import { ShopifyProducts } from './products.ts'
import { ShopifySubscriptions } from './subscriptions.ts'
import { ShopifyTexts } from './texts.ts'

/** One shop at Shopify, as far as this app may see and change it. */
export interface Shopify {
  readonly orders: ShopifyOrders
  readonly products: ShopifyProducts
  readonly texts: ShopifyTexts
  readonly bulk: ShopifyBulk
  readonly subscriptions: ShopifySubscriptions

  /**
   * A query or mutation of your own. @returns the `data` of the answer; look into `userErrors` yourself.
   * @throws {ShopifyError} when Shopify does not answer it, or does not understand it.
   */
  request(document: string, variables: JsonObject, options?: ShopifyRequest): Promise<JsonObject>
}

/** @throws {DefinitionError} when `shop` is no address of a shop. */
export function shopify(options: ShopifyAdminOptions): Shopify {
  const admin = new ShopifyAdmin(options)
  return {
    orders: new ShopifyOrders(admin),
    products: new ShopifyProducts(admin),
    texts: new ShopifyTexts(admin),
    bulk: new ShopifyBulk(admin),
    subscriptions: new ShopifySubscriptions(admin),
    request: (document, variables, request) => admin.request(document, variables, request),
  }
}
