// `errand/shopify`: a shop's catalogue, texts and webhook subscriptions over Shopify's Admin API. An entry of its own: it
// needs the package `@shopify/admin-api-client`.
export { shopify } from '#adapters/shopify/shopify.ts'
export type { Shopify } from '#adapters/shopify/shopify.ts'
export type { ShopifyAdminOptions, ShopifyRequest } from '#adapters/shopify/admin.ts'
export type { ShopifyCredentials } from '#adapters/shopify/access-token.ts'
export { ShopifyError } from '#adapters/shopify/errors.ts'
export type { ShopifyErrorCode } from '#adapters/shopify/errors.ts'
export type { BulkMutation } from '#adapters/shopify/bulk.ts'
export type { ListProducts, ShopifyProduct } from '#adapters/shopify/products.ts'
export type { ShopifyLocale, ShopifyText, ShopifyTextKey, ShopifyTextPlace } from '#adapters/shopify/texts.ts'
export type { WantedSubscriptions } from '#adapters/shopify/subscriptions.ts'
export { productTextWrite } from '#adapters/shopify/product-text-write.ts'
export type { ProductTextOptions } from '#adapters/shopify/product-text-write.ts'
