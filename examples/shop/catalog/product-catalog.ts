import type { Draft, Product, ProductSummary, StoredDraft } from './product.ts'

/** A shop's products and the descriptions proposed for them. An implementation is correct when `test/product-catalog.contract.ts` passes. */
export interface ProductCatalog {
  /** All products, by handle. */
  list(): Promise<readonly ProductSummary[]>

  find(handle: string): Promise<Product | null>

  /** Keeps a draft. The same `idempotencyKey` has its effect once: a repeat changes nothing. */
  saveDraft(draft: Draft, idempotencyKey: string): Promise<void>

  /** Newest first; all products when `handle` is `null`. */
  drafts(handle: string | null): Promise<readonly StoredDraft[]>
}
