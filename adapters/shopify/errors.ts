export type ShopifyErrorCode = 'unauthorized' | 'throttled' | 'unavailable' | 'invalid_request' | 'refused'

/**
 * What Shopify did not do, as a sentence that the model and a person may read. Its codes:
 * - `unauthorized`: the credentials are wrong, or a scope is missing;
 * - `throttled`: the app's points were used up for longer than we wait;
 * - `unavailable`: no answer, or one that says that Shopify cannot answer now;
 * - `invalid_request`: Shopify did not understand the query;
 * - `refused`: it understood, and said no (`userErrors`).
 */
export class ShopifyError extends Error {
  override readonly name = 'ShopifyError'
  readonly code: ShopifyErrorCode

  constructor(code: ShopifyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
