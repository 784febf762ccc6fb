import { type Fields, problemWithFields } from '../agent/definition.ts'
import { MODEL } from '../agent/model-choice.ts'
import type { Usage } from '../agent/usage.ts'

/** Micro-dollars per million tokens, in whole numbers: 2_000_000 is $2 per million tokens. */
export interface TokenRates {
  readonly input: number
  readonly output: number
  /** Read from the provider's cache; as `input` where absent. */
  readonly cachedInput?: number
  /** Written to the provider's cache; as `input` where absent. */
  readonly cacheWrite?: number
  /** As `output` where absent. */
  readonly reasoning?: number
}

/** The rates of all tokens of a call whose input, with that of the cache, is larger than this. */
export interface PriceTier extends TokenRates {
  readonly inputTokensAbove: number
}

export interface ModelPrice extends TokenRates {
  /** By ascending `inputTokensAbove`. */
  readonly tiers?: readonly PriceTier[]
}

/** What an installation says of its models, by `provider/model`; 0 is a model that costs nothing. */
export type PriceOverrides = Readonly<Record<string, ModelPrice | 0>>

export const FREE: ModelPrice = { input: 0, output: 0 }

/** What the result of a call records. Empty where the price is not known, or the provider has counted no tokens. */
export function recordedCost(usage: Usage, price: ModelPrice | null): { readonly costNanos?: number } {
  if (price === null) return {}
  const costNanos = nanosOf(usage, price)
  const isCounted = usage.inputTokens + usage.outputTokens > 0
  return isCounted || isFree(price) ? { costNanos } : {}
}

/** Nano-dollars of one call, rounded once, to the nearest. */
export function nanosOf(usage: Usage, price: ModelPrice): number {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage
  const rates = price.tiers?.findLast(({ inputTokensAbove }) => inputTokens > inputTokensAbove) ?? price
  const { input, output, cachedInput = input, cacheWrite = input, reasoning = output } = rates
  const plain = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens)
  const spoken = Math.max(0, outputTokens - reasoningTokens)
  const read = plain * input + cachedInputTokens * cachedInput + cacheWriteTokens * cacheWrite
  return Math.round((read + spoken * output + reasoningTokens * reasoning) / 1000)
}

function isFree({ input, output, tiers = [] }: ModelPrice): boolean {
  return [{ input, output }, ...tiers].every((rates) => rates.input === 0 && rates.output === 0)
}

const RATES: Fields<keyof TokenRates> = {
  input: { type: 'number' },
  output: { type: 'number' },
  cachedInput: { type: 'number', optional: true },
  cacheWrite: { type: 'number', optional: true },
  reasoning: { type: 'number', optional: true },
}
const PRICE: Fields = { ...RATES, tiers: { type: 'list', optional: true } }
const TIER: Fields = { ...RATES, inputTokensAbove: { type: 'number' } }

/** Below it stands a price that was written in dollars; above it no model is sold. */
const LEAST = 1000
const MOST = 10_000_000_000

/** Why these cannot be prices, naming the model; `null` where they can. */
export function problemWithPrices(prices: object): string | null {
  for (const [model, price] of Object.entries(prices) as readonly (readonly [string, unknown])[]) {
    if (!MODEL.test(model)) return `${JSON.stringify(model)} must look like "provider/model"`
    const problem = price === 0 ? null : problemWithPrice(price)
    if (problem !== null) return `of "${model}", ${problem}`
  }
  return null
}

function problemWithPrice(price: unknown): string | null {
  const problem = problemWithFields(price, PRICE) ?? problemWithRates(price as ModelPrice)
  if (problem !== null) return problem
  let above = 0
  for (const tier of (price as ModelPrice).tiers ?? []) {
    const wrong = problemWithFields(tier, TIER) ?? problemWithRates(tier)
    if (wrong !== null) return `in a tier, ${wrong}`
    if (!Number.isSafeInteger(tier.inputTokensAbove) || tier.inputTokensAbove <= above)
      return `inputTokensAbove of each tier must be a whole number, and larger than that of the tier before`
    above = tier.inputTokensAbove
  }
  return null
}

function problemWithRates(rates: TokenRates): string | null {
  for (const name of Object.keys(RATES) as (keyof TokenRates)[]) {
    const rate = rates[name] ?? 0
    if (Number.isSafeInteger(rate) && (rate === 0 || (rate >= LEAST && rate <= MOST))) continue
    return `${name} is ${String(rate)}; it must be 0 or a whole number of micro-dollars per million tokens, from ${String(LEAST)} to ${String(MOST)} ($2 is 2000000)`
  }
  return null
}
