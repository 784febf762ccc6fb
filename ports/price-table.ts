import type { ModelPrice } from '#domain/money/price.ts'

/** What models cost today. A result records what its call cost, so a later table changes no receipt. */
export interface PriceTable {
  /** `null` where it is not known. The name, `provider/model`, is matched exactly. */
  find(model: string): ModelPrice | null
}
