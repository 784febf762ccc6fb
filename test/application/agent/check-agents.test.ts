import { describe, expect, test } from 'vitest'
import { AiSdkModels } from '#adapters/models/ai-sdk-models.ts'
import { ModelRouter } from '#adapters/models/model-router.ts'
import { ScriptedModels } from '#adapters/models/scripted-models.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { checkAgents } from '#application/agent/check-agents.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { CallSettings } from '#domain/agent/call-settings.ts'
import type { Models } from '#ports/model.ts'
import { modelsAt } from '#test/support/fake-provider.ts'

const models = modelsAt('http://127.0.0.1:9')
const check = (settings: CallSettings, defaultModel = 'openai/gpt-5-mini', used: Models = models) =>
  checkAgents([defineAgent({ name: 'writer', instructions: '', ...settings })], { models: used, defaultModel })

describe('agents are checked when a server starts', () => {
  test('one that wants what its model cannot do is refused, by name', async () => {
    await expect(check({ temperature: 0.5 })).rejects.toThrow(
      'Agent "writer": openai/gpt-5-mini cannot do what it wants: temperature is not supported for reasoning models.',
    )
    await expect(check({ temperature: 0.5 })).rejects.toMatchObject({ name: 'DefinitionError' })
  })

  test('one that wants what its model can do is not', async () => {
    await expect(check({ reasoning: 'low' })).resolves.toBeUndefined()
    await expect(check({ temperature: 0.5 }, 'anthropic/claude-sonnet-4-5')).resolves.toBeUndefined()
  })

  test('one whose model no provider has is refused, whatever it wants', async () => {
    await expect(check({}, 'antropic/claude')).rejects.toThrow(
      'Agent "writer": There is no provider for "antropic/claude". Known providers: anthropic, openai, openai-compatible.',
    )
    const router = new ModelRouter({ scripted: new ScriptedModels({}), others: models })
    await expect(check({}, 'scripted/dmo', router)).rejects.toThrow('Agent "writer": There is no model "scripted/dmo".')
  })

  test('one whose model has no key here is left to its first job', async () => {
    const none = new AiSdkModels({}, { clock: new ManualClock() })
    await expect(check({ temperature: 0.5 }, 'openai/gpt-5-mini', none)).resolves.toBeUndefined()
  })
})
