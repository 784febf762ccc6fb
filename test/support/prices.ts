import { ListPriceTable } from '#adapters/prices/price-table.ts'

/** The list prices, and one for the model of most tests: with 10 tokens in and 5 out a call costs 70 micro-dollars. */
export const PRICES = new ListPriceTable({
  'scripted/test': { input: 2_000_000, cachedInput: 100_000, cacheWrite: 2_500_000, output: 10_000_000 },
})
