import * as z from 'zod'
import { describe, expect, test } from 'vitest'
import { type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import { defineTool } from '#domain/agent/tool.ts'

const tool = {
  name: 'find',
  description: 'Find it.',
  input: z.object({ text: z.string() }),
  effect: 'read',
  run: () => null,
} as const
const slogan = { name: 'slogan', instructions: 'Find a slogan.', tools: [defineTool(tool)] }

const versionOf = (change: Partial<AgentDefinition> = {}): string => defineAgent({ ...slogan, ...change }).version

describe("an agent's version", () => {
  test('is the same in every process, for it is stored with jobs', () => {
    expect(versionOf()).toMatch(/^[0-9a-f]{16}$/)
    expect(versionOf()).toBe('f5ebd0691cb91b81')
  })

  test.each<[string, Partial<AgentDefinition>]>([
    ['instructions', { instructions: 'Find a rhyme.' }],
    ['model', { model: 'openai/gpt-6' }],
    ['limit of iterations', { maxIterations: 3 }],
    ['tools', { tools: [] }],
    ["a tool's name", { tools: [defineTool({ ...tool, name: 'seek' })] }],
    ["a tool's description", { tools: [defineTool({ ...tool, description: 'Seek it.' })] }],
    ["a tool's schema", { tools: [defineTool({ ...tool, input: z.object({ words: z.string() }) })] }],
    ["a tool's effect", { tools: [defineTool({ ...tool, effect: 'once' })] }],
  ])('changes with its %s', (_what, change) => {
    expect(versionOf(change)).not.toBe(versionOf())
  })

  test('stays where only the code of a tool, a time limit or a description for people changes', () => {
    const tools = [defineTool({ ...tool, timeoutMs: 5, run: () => 'found' })]
    expect(versionOf({ tools, description: 'Slogans.', jobTimeoutMs: 5 })).toBe(versionOf())
  })

  test('is what the author calls it', () => {
    expect(versionOf({ version: '2026-11.b' })).toBe('2026-11.b')
    expect(() => versionOf({ version: 'a b' })).toThrow('Agent "slogan": the version must be 1 to 64 letters')
  })
})
