import { ProductNotFoundError } from '#domain/shop/errors.ts'
import type { Product, StoredDraft } from '#domain/shop/product.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'

/** A product with the descriptions proposed for it, newest first. */
export class GetProduct {
  readonly #catalog: ProductCatalog

  constructor({ catalog }: { readonly catalog: ProductCatalog }) {
    this.#catalog = catalog
  }

  /** @throws {ProductNotFoundError} */
  async execute(handle: string): Promise<{ readonly product: Product; readonly drafts: readonly StoredDraft[] }> {
    const product = await this.#catalog.find(handle)
    if (!product) throw new ProductNotFoundError(handle)
    return { product, drafts: await this.#catalog.drafts(handle) }
  }
}
