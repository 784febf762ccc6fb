import type { ProductSummary } from '#domain/shop/product.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'

export class ListProducts {
  readonly #catalog: ProductCatalog

  constructor({ catalog }: { readonly catalog: ProductCatalog }) {
    this.#catalog = catalog
  }

  async execute(): Promise<readonly ProductSummary[]> {
    return this.#catalog.list()
  }
}
