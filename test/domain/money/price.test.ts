import { describe, expect, test } from 'vitest'
import { NO_USAGE, type Usage } from '#domain/agent/usage.ts'
import { type ModelPrice, nanosOf, problemWithPrices, recordedCost } from '#domain/money/price.ts'

const SONNET = { input: 2_000_000, cachedInput: 100_000, cacheWrite: 2_500_000, output: 10_000_000 }
const PLAIN = { input: 2_000_000, output: 10_000_000 }
const TIERED = {
  ...PLAIN,
  tiers: [
    { inputTokensAbove: 1000, input: 4_000_000, cachedInput: 400_000, output: 15_000_000 },
    { inputTokensAbove: 5000, input: 8_000_000, output: 20_000_000 },
  ],
}
const TWICE = [1000, 1000].map((inputTokensAbove) => ({ ...PLAIN, inputTokensAbove }))

const CASES: readonly (readonly [name: string, ModelPrice, Partial<Usage>, nanos: number])[] = [
  ['nothing', SONNET, {}, 0],
  ['input', SONNET, { inputTokens: 1000 }, 2_000_000],
  ['output', SONNET, { outputTokens: 10 }, 100_000],
  ['what was read from the cache', SONNET, { inputTokens: 1000, cachedInputTokens: 900 }, 290_000],
  ['what was written to the cache', SONNET, { inputTokens: 1000, cacheWriteTokens: 400 }, 2_200_000],
  ['cached tokens without a rate, as input', PLAIN, { inputTokens: 1000, cachedInputTokens: 900 }, 2_000_000],
  ['written tokens without a rate, as input', PLAIN, { inputTokens: 1000, cacheWriteTokens: 900 }, 2_000_000],
  ['reasoning, as output', PLAIN, { outputTokens: 10, reasoningTokens: 4 }, 100_000],
  ['reasoning at its own rate', { ...PLAIN, reasoning: 1_000_000 }, { outputTokens: 10, reasoningTokens: 4 }, 64_000],
  ['more reasoning than there was', PLAIN, { outputTokens: 5, reasoningTokens: 10 }, 100_000],
  ['more cached than there was', SONNET, { inputTokens: 10, cachedInputTokens: 20 }, 2000],
  ['a call of less than a micro-dollar', { input: 5000, output: 400_000 }, { inputTokens: 20, outputTokens: 1 }, 500],
  ['parts of a nano-dollar, to the nearest', { input: 1001, output: 1001 }, { inputTokens: 1, outputTokens: 499 }, 501],
  ['the largest input below a tier', TIERED, { inputTokens: 1000, outputTokens: 1 }, 2_010_000],
  ['a tier: all tokens of the call', TIERED, { inputTokens: 1001, outputTokens: 1 }, 4_019_000],
  ['a tier, which its cache counts towards', TIERED, { inputTokens: 1001, cachedInputTokens: 1000 }, 404_000],
  ['the last tier, whose cache is as its input', TIERED, { inputTokens: 5001, cachedInputTokens: 5001 }, 40_008_000],
  ['a free model', { input: 0, output: 0 }, { inputTokens: 1000, outputTokens: 1000 }, 0],
]

test.each(CASES)('a call costs: %s', (...[, price, usage, nanos]) => {
  expect(nanosOf({ ...NO_USAGE, ...usage }, price)).toBe(nanos)
})

describe('what a result records', () => {
  const used = { ...NO_USAGE, inputTokens: 10, outputTokens: 5 }

  test.each([
    ['of a listed model', used, PLAIN, { costNanos: 70_000 }],
    ['of a model without a known price', used, null, {}],
    ['of a free model', used, { input: 0, output: 0 }, { costNanos: 0 }],
    ['where the provider counts no tokens', NO_USAGE, PLAIN, {}],
    ['where the provider of a free model counts none', NO_USAGE, { input: 0, output: 0 }, { costNanos: 0 }],
  ])('%s', (...[, usage, price, recorded]) => {
    expect(recordedCost(usage, price)).toEqual(recorded)
  })
})

describe('prices of an installation', () => {
  test.each([
    ['none', {}],
    ['a free model', { 'openai-compatible/llama': 0 }],
    ['the least and the most', { 'openai/x': { input: 1000, output: 10_000_000_000 } }],
    ['all rates and tiers', { 'openai/x': { ...TIERED, reasoning: 1000, cachedInput: 0 } }],
  ])('may be %s', (_, prices) => {
    expect(problemWithPrices(prices)).toBeNull()
  })

  test.each([
    ['a name without a provider', { llama: 0 }, '"llama" must look like "provider/model"'],
    ['a text', { 'openai/x': 'free' }, 'of "openai/x", it must be an object'],
    ['another number than 0', { 'openai/x': 1 }, 'of "openai/x", it must be an object'],
    ['a price in dollars', { 'openai/x': { input: 2, output: 10 } }, 'of "openai/x", input is 2; it must be 0 or'],
    ['a fraction', { 'openai/x': { ...PLAIN, output: 1000.5 } }, 'output is 1000.5'],
    ['a negative rate', { 'openai/x': { ...PLAIN, cachedInput: -1000 } }, 'cachedInput is -1000'],
    ['an absurd rate', { 'openai/x': { ...PLAIN, input: 1e11 } }, 'input is 100000000000'],
    ['more than the most', { 'openai/x': { ...PLAIN, input: 10_000_000_001 } }, 'input is 10000000001'],
    ['less than the least', { 'openai/x': { ...PLAIN, input: 999 } }, 'input is 999'],
    ['two tiers from one bound on', { 'openai/x': { ...PLAIN, tiers: TWICE } }, 'larger than that of the tier'],
    ['a tier from nothing on', { 'openai/x': { ...PLAIN, tiers: [{ ...PLAIN, inputTokensAbove: 0 }] } }, 'larger than'],
    ['a misspelt rate', { 'openai/x': { ...PLAIN, cached: 1000 } }, 'there is no field "cached"'],
    ['no rate of output', { 'openai/x': { input: 1000 } }, 'output is missing'],
    [
      'a tier without its bound',
      { 'openai/x': { ...PLAIN, tiers: [PLAIN] } },
      'in a tier, inputTokensAbove is missing',
    ],
    [
      'tiers in disorder',
      { 'openai/x': { ...TIERED, tiers: TIERED.tiers.toReversed() } },
      'larger than that of the tier',
    ],
  ])('may not be %s', (_, prices, problem) => {
    expect(problemWithPrices(prices)).toContain(problem)
  })
})
