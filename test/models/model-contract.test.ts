import { describe, test } from 'vitest'
import { ScriptedModels, calls, says } from '#adapters/models/scripted-models.ts'
import { modelContract } from '#test/contracts/model.contract.ts'
import { SPOKEN } from '#test/support/fake-provider.ts'

// The models of providers are among `test/runtimes/machine-suites.ts`.
describe('Models: scripted', () => {
  const models = new ScriptedModels({
    test: ({ messages: [first] }) =>
      first?.role === 'user' && first.text === 'one tool' ? calls([{ name: 'lookup', input: { n: 1 } }]) : says(SPOKEN),
  })
  test.each(modelContract)('$name', async ({ run }) => {
    await run({ models, model: 'scripted/test' })
  })
})
