import { describe, expect, test } from 'vitest'
import { defineConfig } from '#composition/config/config.ts'
import { parseNodeSettings, parseSettings } from '#composition/settings/settings.ts'

const OWN = { input: 1_000_000, output: 2_000_000 }
const withPrices = (text: string) => parseNodeSettings({ ERRAND_PRICES: text })

describe('prices of an installation', () => {
  test('are a setting, on every runtime', () => {
    const env = { ERRAND_PRICES: JSON.stringify({ 'openai-compatible/llama': 0, 'openai/x': OWN }) }
    const prices = { 'openai-compatible/llama': 0, 'openai/x': OWN }
    expect(parseNodeSettings(env).prices).toEqual(prices)
    expect(parseSettings(env).prices).toEqual(prices)
  })

  test.each([
    ['no JSON', 'free', 'ERRAND_PRICES must be a JSON object of prices by "provider/model"'],
    ['a list', '[]', 'ERRAND_PRICES must be a JSON object'],
    [
      'a price in dollars',
      '{"openai/x":{"input":2,"output":10}}',
      'ERRAND_PRICES is not valid: of "openai/x", input is 2',
    ],
    ['a model without its provider', '{"llama":0}', '"llama" must look like "provider/model"'],
  ])('are refused as a setting: %s', (_, text, problem) => {
    expect(() => withPrices(text)).toThrow(problem)
  })

  test('are refused in a config, by name', () => {
    const prices = { 'openai/x': { ...OWN, output: -1 } }
    expect(() => defineConfig({ agents: [], prices })).toThrow(
      'The config: prices are not valid: of "openai/x", output',
    )
    expect(() => defineConfig({ agents: [], prices: [] as never })).toThrow('prices must be an object')
  })
})
