import { expect, test } from 'vitest'
import { LIST_PRICES } from '#adapters/prices/list-prices.ts'
import { ListPriceTable } from '#adapters/prices/price-table.ts'
import { problemWithPrices } from '#domain/money/price.ts'

test.each(LIST_PRICES)('$model has a sane price with its source and date', ({ model, price, source, date }) => {
  expect(problemWithPrices({ [model]: price })).toBeNull()
  expect(price.cachedInput ?? 0).toBeLessThanOrEqual(price.input)
  expect(price.output).toBeGreaterThan(price.input)
  expect(URL.canParse(source)).toBe(true)
  expect(date).toMatch(/^20\d\d-\d\d-\d\d$/)
})

test('no model is listed twice', () => {
  const models = LIST_PRICES.map(({ model }) => model)
  expect(new Set(models).size).toBe(models.length)
})

test('a model is found by its exact name only', () => {
  const table = new ListPriceTable()
  const sonnet = { input: 2_000_000, cachedInput: 100_000, cacheWrite: 2_500_000, output: 10_000_000 }
  expect(table.find('anthropic/claude-sonnet-5-5')).toEqual(sonnet)
  expect(table.find('anthropic/claude-sonnet-5-5-20260928')).toBeNull()
  expect(table.find('anthropic/claude-sonnet')).toBeNull()
})

test('a long input has rates of its own', () => {
  expect(new ListPriceTable().find('openai/gpt-5.6-luna')?.tiers).toEqual([
    { inputTokensAbove: 272_000, input: 400_000, cachedInput: 40_000, cacheWrite: 500_000, output: 1_800_000 },
  ])
})

test('what an installation says wins, the later over the earlier; 0 is free', () => {
  const own = { input: 1_000_000, output: 2_000_000 }
  const table = new ListPriceTable({ 'openai/gpt-5': own, 'openai-compatible/llama': own }, { 'openai/gpt-5': 0 })
  expect(table.find('openai/gpt-5')).toEqual({ input: 0, output: 0 })
  expect(table.find('openai-compatible/llama')).toEqual(own)
})

test('the offline demo is free', () => {
  expect(new ListPriceTable().find('scripted/demo')).toEqual({ input: 0, output: 0 })
})
