import * as z from 'zod'
import { describe, expect, test } from 'vitest'
import { defineConfig } from '#composition/config/config.ts'
import { type Agent, defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { type Tool, defineTool } from '#domain/agent/tool.ts'

// What an author writes in JavaScript, or in TypeScript that Node runs without checking it.

const agent = (fields: object): Agent => defineAgent({ name: 'slogan', instructions: 'Be brief.', ...fields })
const tool = (fields: object): Tool =>
  defineTool({ name: 'find', description: 'Finds.', input: z.object({}), run: () => null, ...fields })

describe('defineAgent says by name what is wrong', () => {
  test.each([
    [
      { instruction: 'x' },
      'Agent "slogan": there is no field "instruction". Did you mean "instructions"? The fields are name, instructions,',
    ],
    [{ tool: [] }, 'Agent "slogan": there is no field "tool".'],
    [{ instructions: undefined }, 'Agent "slogan": instructions is missing.'],
    [{ instructions: ['x'] }, 'Agent "slogan": instructions must be a text, or a function of the input.'],
    [
      { version: '1', instructions: async () => await Promise.resolve('x') },
      'instructions must return their text at once, and',
    ],
    [{ name: undefined }, 'One agent: name is missing.'],
    [{ tools: tool({}) }, 'Agent "slogan": tools must be a list, […].'],
    [{ maxConcurrency: 0 }, 'Agent "slogan": maxConcurrency must be a whole number from 1.'],
    [{ maxIterations: '5' }, 'Agent "slogan": maxIterations must be a number.'],
    [{ tools: [tool({}), () => tool({})] }, 'of its tools, entry 2 is the function itself: call it'],
    [
      {
        tools: [
          function findOrder() {
            return null
          },
        ],
      },
      'of its tools, entry 1 is the function findOrder itself: call it, findOrder(…).',
    ],
    [{ tools: [undefined] }, 'of its tools, entry 1 is undefined: was it imported by another name?'],
    [{ tools: [{ name: 'a', run: () => null }] }, 'of its tools, entry 1 was not made with defineTool({…}).'],
    [{ tools: [Promise.resolve()] }, 'of its tools, entry 1 is a promise: await it.'],
    [{ input: { type: 'object', properties: {} } }, 'Agent "slogan": its input must be a schema that can validate'],
    [{ input: z.object }, 'Agent "slogan": its input is a function: call it'],
    [{ input: z.object({ at: z.date() }) }, 'Agent "slogan": its input has no JSON Schema'],
  ])('%j', (fields, message) => {
    expect(() => agent(fields)).toThrow(message)
  })

  test('and what is no definition at all', () => {
    expect(() => defineAgent(undefined as never)).toThrow(
      'defineAgent takes an object with the fields name, instructions',
    )
  })

  test('an input may be anything that has a JSON Schema', () => {
    expect(agent({ input: z.string() }).input).not.toBeNull()
    expect(agent({ input: z.union([z.string(), z.number()]) }).input).not.toBeNull()
  })
})

describe('defineTool says by name what is wrong', () => {
  test.each([
    [{ execute: () => null }, 'Tool "find": there is no field "execute". The fields are name, description, input'],
    [{ run: undefined }, 'Tool "find": run is missing.'],
    [{ description: undefined }, 'Tool "find": description is missing.'],
    [{ input: undefined }, 'Tool "find": input is missing.'],
    [{ effect: 'write' }, 'Tool "find": effect must be one of read, idempotent, once.'],
    [{ probe: true }, 'Tool "find": probe must be a function.'],
    [{ input: { type: 'object' } }, 'Tool "find": its input must be a schema that can validate'],
    [
      { input: z.object({ at: z.date() }) },
      'Tool "find": its input has no JSON Schema: Date cannot be represented in JSON Schema. It comes as JSON: take a text, and let the schema transform it.',
    ],
    [{ input: z.string() }, 'Tool "find": its input must be an object, or a union of objects'],
    [{ input: z.union([z.object({}), z.string()]) }, 'Tool "find": its input must be an object, or a union of objects'],
  ])('%j', (fields, message) => {
    expect(() => tool(fields)).toThrow(message)
  })
})

describe('the list of agents', () => {
  test.each([
    [[() => agent({})], 'Of the agents, entry 1 is the function itself: call it'],
    [[agent({}), { name: 'x', instructions: '' }], 'Of the agents, entry 2 was not made with defineAgent({…}).'],
    [agent({}), 'The agents must be a list'],
  ])('%#', (agents, message) => {
    expect(() => new AgentRegistry(agents as readonly Agent[])).toThrow(message)
  })
})

describe('defineConfig says by name what is wrong', () => {
  const config = (fields: object): unknown => defineConfig({ agents: [], ...fields })

  test.each([
    [{ agnets: [] }, 'The config: there is no field "agnets". Did you mean "agents"? The fields are agents'],
    [{ agents: undefined }, 'The config: agents is missing.'],
    [{ agents: agent({}) }, 'The config: agents must be a list, […], or a function that returns one.'],
    [{ agents: [{ name: 'slogan' }] }, 'Of the agents, entry 1 was not made with defineAgent({…}).'],
    [{ agents: [agent({}), agent({})] }, 'Two agents are named "slogan".'],
  ])('%j', (fields, message) => {
    expect(() => config(fields)).toThrow(message)
  })

  test('and what is no definition at all', () => {
    expect(() => defineConfig(undefined as never)).toThrow('defineConfig takes an object with the fields agents')
  })
})
