import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { settingsFor } from '#domain/agent/call-settings.ts'
import { tool } from '#test/support/tools.ts'

const agentWith = (fields: object) => defineAgent({ name: 'a', instructions: '', ...fields })
const tools = [tool('look', () => null)]

describe('the settings of an agent', () => {
  test('are kept as they are given, and only those', () => {
    const settings = {
      temperature: 0,
      maxOutputTokens: 100,
      reasoning: 'low',
      toolChoice: 'none',
      promptCaching: false,
    }
    expect(agentWith(settings).settings).toEqual(settings)
    expect(agentWith({ temperature: undefined }).settings).toEqual({})
  })

  test.each([
    [{ temperature: -1 }, 'temperature must be 0 or more'],
    [{ temperature: NaN }, 'temperature must be 0 or more'],
    [{ temperature: '1' }, 'temperature must be a number'],
    [{ maxOutputTokens: 0 }, 'maxOutputTokens must be a whole number from 1'],
    [{ maxOutputTokens: 1.5 }, 'maxOutputTokens must be a whole number from 1'],
    [{ maxTokens: 10 }, 'there is no field "maxTokens"'],
    [{ reasoning: 'much' }, 'reasoning must be one of none, minimal, low, medium, high, xhigh, max'],
    [{ toolChoice: 'any' }, "toolChoice must be 'auto', 'none', 'required' or { type: 'tool', toolName: '…' }"],
    [{ toolChoice: 'required' }, 'toolChoice "required" needs tools'],
    [
      { toolChoice: { type: 'tool', toolName: 'seek' }, tools },
      'toolChoice names the tool "seek", which the agent does not have',
    ],
    [{ providerOptions: { google: {} } }, 'of its providerOptions, there is no field "google"'],
    [{ providerOptions: { openai: 1 } }, 'of its providerOptions, openai must be an object'],
    [{ promptCaching: 'no' }, 'promptCaching must be true or false'],
  ])('%j: %s', (fields, problem) => {
    expect(() => agentWith(fields)).toThrow(`Agent "a": ${problem}`)
  })

  test('are part of the version where they bear on the answer', () => {
    const versions = [{}, { temperature: 0 }, { reasoning: 'low' }, { maxOutputTokens: 9 }, { toolChoice: 'none' }]
    expect(new Set(versions.map((fields) => agentWith(fields).version)).size).toBe(versions.length)
    expect(agentWith({ promptCaching: false }).version).toBe(agentWith({}).version)
  })

  test('force a tool in the first answer only, as the turn would never end', () => {
    const required = { toolChoice: 'required', temperature: 1 } as const
    expect(settingsFor(required, false)).toEqual(required)
    expect(settingsFor(required, true)).toEqual({ temperature: 1 })
    expect(settingsFor({ toolChoice: 'none' }, true)).toEqual({ toolChoice: 'none' })
  })
})
