/** A product as the shop has it. Prices stay decimal strings: they are the shop's text, not our arithmetic. */
export interface Product {
  readonly handle: string
  readonly title: string
  readonly vendor: string
  readonly type: string
  readonly tags: readonly string[]
  /** The supplier's text, HTML as it came. */
  readonly descriptionHtml: string
  readonly price: string
  readonly currency: string
  readonly variants: readonly string[]
}

export type ProductSummary = Pick<Product, 'handle' | 'title' | 'vendor' | 'type'>

export const LANGUAGES = ['sv', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A proposed description, waiting for the shop's owner. */
export interface Draft {
  readonly product: string
  readonly language: Language
  readonly text: string
}

export interface StoredDraft extends Draft {
  readonly savedAt: number
}

export class ProductNotFoundError extends Error {
  override readonly name = 'ProductNotFoundError'

  constructor(handle: string) {
    super(`There is no product "${handle}".`)
  }
}
