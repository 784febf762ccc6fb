import { FREE, type ModelPrice, type PriceOverrides } from '#domain/money/price.ts'
import type { PriceTable } from '#ports/price-table.ts'
import { LIST_PRICES } from './list-prices.ts'

/** It runs in this process, and no provider charges for it. */
const OWN: PriceOverrides = { 'scripted/demo': 0 }

/** The list prices of providers, and over them what an installation says of its models. */
export class ListPriceTable implements PriceTable {
  readonly #prices: ReadonlyMap<string, ModelPrice>

  /** @param overrides checked by `problemWithPrices`; the later ones win. */
  constructor(...overrides: readonly PriceOverrides[]) {
    const listed = LIST_PRICES.map(({ model, price }): [string, ModelPrice] => [model, price])
    const own = [OWN, ...overrides].flatMap((prices) => Object.entries(prices))
    this.#prices = new Map([...listed, ...own.map(([model, price]): [string, ModelPrice] => [model, price || FREE])])
  }

  find(model: string): ModelPrice | null {
    return this.#prices.get(model) ?? null
  }
}
