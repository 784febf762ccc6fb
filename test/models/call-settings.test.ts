import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallSettings } from '#domain/agent/call-settings.ts'
import type { ModelRequest } from '#ports/model.ts'
import { LOOKUP, requestOf } from '#test/contracts/model.contract.ts'
import { modelsAt } from '#test/support/fake-provider.ts'
import { type ProviderServer, startProviderServer } from '#test/support/provider-server.ts'

const { signal } = new AbortController()
let server: ProviderServer

beforeEach(async () => {
  server = await startProviderServer((response) => response.writeHead(503).end())
})
afterEach(() => server.close())

async function bodyOf(model: string, fields: Partial<ModelRequest>): Promise<object> {
  const call = modelsAt(server.url).call({ ...requestOf(model, 'hello'), ...fields }, { signal })
  await expect(call).rejects.toMatchObject({ code: 'model_failed' })
  return server.requests[0]?.body as object
}

describe('the settings of a call go over the wire', () => {
  const settings: CallSettings = { temperature: 0.5, maxOutputTokens: 321, toolChoice: 'required' }
  const one: CallSettings = { toolChoice: { type: 'tool', toolName: 'lookup' } }

  test.each<[string, CallSettings, object]>([
    ['anthropic/claude-sonnet-4-5', settings, { temperature: 0.5, max_tokens: 321, tool_choice: { type: 'any' } }],
    ['anthropic/claude-sonnet-4-5', one, { tool_choice: { type: 'tool', name: 'lookup' } }],
    [
      'anthropic/claude-sonnet-4-5',
      { providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 } } } },
      { thinking: { type: 'enabled', budget_tokens: 2048 } },
    ],
    ['openai/gpt-4.1', settings, { temperature: 0.5, max_output_tokens: 321, tool_choice: 'required' }],
    ['openai/gpt-4.1', one, { tool_choice: { type: 'function', name: 'lookup' } }],
    [
      'openai/gpt-5-mini',
      { reasoning: 'low', providerOptions: { openai: { serviceTier: 'flex' } } },
      { reasoning: { effort: 'low' }, service_tier: 'flex', store: false },
    ],
    ['openai-compatible/x', settings, { temperature: 0.5, max_tokens: 321, tool_choice: 'required' }],
    [
      'openai-compatible/x',
      { reasoning: 'high', providerOptions: { openaiCompatible: { top_k: 3 } } },
      { reasoning_effort: 'high', top_k: 3 },
    ],
  ])('%s: %j', async (model, given, wire) => {
    expect(await bodyOf(model, { settings: given })).toMatchObject(wire)
  })
})

describe('what a model cannot do is known before anything is sent', () => {
  const problems = (model: string, settings: CallSettings) =>
    modelsAt(server.url).unsupported({ ...requestOf(model, 'hello'), settings })

  test.each<[string, CallSettings, RegExp | null]>([
    ['anthropic/claude-sonnet-4-5', { temperature: 2 }, /^2 exceeds anthropic maximum of 1\.0/],
    ['anthropic/claude-sonnet-4-5', { maxOutputTokens: 10_000_000 }, /max output tokens/],
    ['anthropic/claude-sonnet-4-5', { temperature: 0.5, reasoning: 'high' }, /temperature is not supported/],
    ['anthropic/claude-sonnet-4-5', { temperature: 0.5 }, null],
    ['openai/gpt-5-mini', { temperature: 0.5 }, /temperature is not supported for reasoning models/],
    ['openai/gpt-4.1', { reasoning: 'high' }, /reasoning is not supported by gpt-4\.1/],
    ['openai/gpt-4.1', { providerOptions: { openai: { serviceTier: 'flex' } } }, /flex processing is only available/],
    [
      'openai/gpt-5-mini',
      { providerOptions: { openai: { serviceTier: 7 } } },
      /providerOptions|provider options|validation/i,
    ],
    ['openai-compatible/x', { temperature: 2, reasoning: 'max' }, null],
  ])('%s: %j', async (model, settings, problem) => {
    const found = await problems(model, settings)
    expect(server.requests).toEqual([])
    if (problem === null) expect(found).toEqual([])
    else expect(found).toEqual([expect.stringMatching(problem)])
  })
})

describe("Anthropic's cache", () => {
  const long = 'Be brief. '.repeat(400)
  const mark = { type: 'ephemeral' }
  const model = 'anthropic/claude-sonnet-4-5'

  test('gets instructions and tools with one mark, after both', async () => {
    const body = await bodyOf(model, { instructions: long })
    expect(body).toMatchObject({ system: [{ cache_control: mark }] })
    expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(1)
  })

  test('gets the tools where there are no instructions', async () => {
    const tools = [LOOKUP, { ...LOOKUP, name: 'long', description: long }]
    expect(await bodyOf(model, { instructions: '', tools })).toMatchObject({ tools: [{}, { cache_control: mark }] })
  })

  test.each<[string, Partial<ModelRequest>]>([
    ['is shorter than any model caches', { instructions: 'Be brief.' }],
    ['is not to be cached', { instructions: long, settings: { promptCaching: false } }],
  ])('gets nothing that %s', async (_what, fields) => {
    expect(JSON.stringify(await bodyOf(model, fields))).not.toContain('cache_control')
  })

  test('is not named to other providers', async () => {
    expect(JSON.stringify(await bodyOf('openai/gpt-5-mini', { instructions: long }))).not.toContain('cache')
  })
})
