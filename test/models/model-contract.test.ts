import type { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { ScriptedModels, calls, says } from '#adapters/models/scripted-models.ts'
import { modelContract } from '#test/contracts/model.contract.ts'
import { FAMILIES, SPOKEN, modelsAt, overAll, startFakeProvider } from '#test/support/fake-provider.ts'

let fake: LLMock

beforeAll(async () => {
  fake = await startFakeProvider()
})
afterAll(() => fake.stop())

describe.each(overAll(FAMILIES))('Models: $family over $transport', ({ model, ...transport }) => {
  test.each(modelContract)('$name', async ({ run }) => {
    await run({ models: modelsAt(fake.url, transport), model })
  })
})

describe('Models: scripted', () => {
  const models = new ScriptedModels({
    test: ({ messages: [first] }) =>
      first?.role === 'user' && first.text === 'one tool' ? calls([{ name: 'lookup', input: { n: 1 } }]) : says(SPOKEN),
  })
  test.each(modelContract)('$name', async ({ run }) => {
    await run({ models, model: 'scripted/test' })
  })
})
