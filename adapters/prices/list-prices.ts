import type { ModelPrice, TokenRates } from '#domain/money/price.ts'

export interface ListPrice {
  /** `provider/model`. */
  readonly model: string
  readonly price: ModelPrice
  /** Where it was read, and the day of what was read there. */
  readonly source: string
  readonly date: string
}

/** Dollars per million tokens, as price lists say them; `null` where there is no rate of its own. */
type Row = readonly [model: string, input: number, cached: number | null, write: number | null, output: number]

/** The price data of this package, by its package URL. The date is the package's. */
const PI_AI = { source: 'pkg:npm/%40earendil-works/pi-ai@1.6.0', date: '2026-11-20' }

// Seen in the providers' own pages as well: claude-fable-5, -opus-4-5 to -5 and -sonnet-5 (platform.claude.com/docs, Pricing);
// gpt-6.2-sol and gpt-5.6-luna with their tier (developers.openai.com/api/docs/models). A change is another row here.
const ANTHROPIC: readonly Row[] = [
  ['claude-fable-5-2', 8, 0.2, 10, 40],
  ['claude-fable-5-1', 10, 0.25, 12.5, 50],
  ['claude-fable-5', 10, 1, 12.5, 50],
  ['claude-opus-5-5', 4, 0.2, 5, 20],
  ['claude-opus-5', 5, 0.5, 6.25, 25],
  ['claude-opus-4-8', 5, 0.5, 6.25, 25],
  ['claude-opus-4-7', 5, 0.5, 6.25, 25],
  ['claude-opus-4-6', 5, 0.5, 6.25, 25],
  ['claude-opus-4-5', 5, 0.5, 6.25, 25],
  ['claude-opus-4-5-20251101', 5, 0.5, 6.25, 25],
  ['claude-sonnet-5-5', 2, 0.1, 2.5, 10],
  ['claude-sonnet-5', 2, 0.2, 2.5, 10],
  ['claude-sonnet-4-6', 3, 0.3, 3.75, 15],
  ['claude-sonnet-4-5', 3, 0.3, 3.75, 15],
  ['claude-sonnet-4-5-20250929', 3, 0.3, 3.75, 15],
  ['claude-haiku-4-5', 1, 0.1, 1.25, 5],
  ['claude-haiku-4-5-20251001', 1, 0.1, 1.25, 5],
]

const HAIKU: Row = ['claude-haiku-5-5', 0.1, 0.01, 0.125, 0.5]
const HAIKU_LONG: Row = ['claude-haiku-5-5', 0.5, 0.05, 0.625, 2.5]

const OPENAI: readonly Row[] = [
  ['gpt-5.4-mini', 0.75, 0.075, null, 4.5],
  ['gpt-5.4-nano', 0.2, 0.02, null, 1.25],
  ['gpt-5.2', 1.75, 0.175, null, 14],
  ['gpt-5.1', 1.25, 0.125, null, 10],
  ['gpt-5', 1.25, 0.125, null, 10],
  ['gpt-5-mini', 0.25, 0.025, null, 2],
  ['gpt-5-nano', 0.05, 0.005, null, 0.4],
  ['gpt-4.1', 2, 0.5, null, 8],
  ['gpt-4.1-mini', 0.4, 0.1, null, 1.6],
  ['gpt-4.1-nano', 0.1, 0.025, null, 0.4],
  ['gpt-4o', 2.5, 1.25, null, 10],
  ['gpt-4o-mini', 0.15, 0.075, null, 0.6],
  ['o3', 2, 0.5, null, 8],
  ['o4-mini', 1.1, 0.275, null, 4.4],
]

/** A longer input doubles the rates of all input, and output costs half as much again. */
const LONG_INPUT = 272_000
const OPENAI_TIERED: readonly Row[] = [
  ['gpt-6.2-astra', 8, 0.4, 10, 40],
  ['gpt-6.2-sol', 2, 0.1, 2.5, 10],
  ['gpt-6.1-sol', 2, 0.1, 2.5, 10],
  ['gpt-6.1-terra', 1, 0.05, 1.25, 5],
  ['gpt-6-astra', 10, 1, 12.5, 50],
  ['gpt-6-sol', 2, 0.2, 2.5, 10],
  ['gpt-6-luna', 0.1, 0.01, 0.125, 0.5],
  ['gpt-5.6-sol', 4, 0.4, 5, 20],
  ['gpt-5.6-terra', 2, 0.2, 2.5, 12],
  ['gpt-5.6-luna', 0.2, 0.02, 0.25, 1.2],
  ['gpt-5.5', 5, 0.5, null, 30],
  ['gpt-5.4', 2.5, 0.25, null, 15],
]

function ratesOf([, input, cached, write, output]: Row): TokenRates {
  return {
    input: micros(input),
    output: micros(output),
    ...(cached !== null && { cachedInput: micros(cached) }),
    ...(write !== null && { cacheWrite: micros(write) }),
  }
}

function micros(dollars: number): number {
  return Math.round(dollars * 1_000_000)
}

function doubled([model, input, cached, write, output]: Row): Row {
  return [model, input * 2, cached && cached * 2, write && write * 2, output * 1.5]
}

function tiered(row: Row, inputTokensAbove: number, long: Row): ModelPrice {
  return { ...ratesOf(row), tiers: [{ inputTokensAbove, ...ratesOf(long) }] }
}

/** What providers ask by their price lists: without batch, priority, regional or negotiated rates. */
export const LIST_PRICES: readonly ListPrice[] = [
  ...ANTHROPIC.map((row) => ({ model: `anthropic/${row[0]}`, price: ratesOf(row), ...PI_AI })),
  { model: `anthropic/${HAIKU[0]}`, price: tiered(HAIKU, 100_000, HAIKU_LONG), ...PI_AI },
  ...OPENAI.map((row) => ({ model: `openai/${row[0]}`, price: ratesOf(row), ...PI_AI })),
  ...OPENAI_TIERED.map((row) => {
    return { model: `openai/${row[0]}`, price: tiered(row, LONG_INPUT, doubled(row)), ...PI_AI }
  }),
]
