import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import { jsonIn } from '#domain/agent/output.ts'
import type { Schema } from '#domain/agent/schema.ts'

const agentWith = (output: unknown) => defineAgent({ name: 'a', instructions: '', output: output as Schema<string> })

describe("an agent's output schema", () => {
  test('is one closed object, as providers take it', () => {
    const output = z.object({ title: z.string(), tags: z.array(z.object({ name: z.string() })) })
    expect(agentWith(output).output?.jsonSchema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { tags: { items: { additionalProperties: false, required: ['name'] } } },
    })
    const open = z.object({ sizes: z.record(z.string(), z.number()) })
    expect(agentWith(open).output?.jsonSchema).toMatchObject({
      properties: { sizes: { additionalProperties: { type: 'number' } } },
    })
    const both = z.object({ both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })) })
    expect(JSON.stringify(agentWith(both).output?.jsonSchema)).not.toContain('"allOf":[{"additionalProperties"')
  })

  test.each([
    ['a schema that cannot validate', { type: 'object' }, 'its output must be a schema that can validate'],
    ['a function', () => z.object({}), 'its output is a function: call it'],
    ['a list', z.array(z.string()), 'its output must be an object, or a union of objects'],
    ['a date', z.object({ at: z.date() }), 'its output has no JSON Schema'],
    [
      'a transformation',
      z.object({ at: z.string().transform((text) => new Date(text)) }),
      'its output must be JSON, also',
    ],
  ])('cannot be %s', (_what, output, problem) => {
    expect(() => agentWith(output)).toThrow(`Agent "a": ${problem}`)
  })

  test('is part of the version, which stays what it was without one', () => {
    const plain = defineAgent({ name: 'a', instructions: '' })
    const [one, other] = [agentWith(z.object({ a: z.string() })), agentWith(z.object({ b: z.string() }))]
    expect(new Set([plain.version, one.version, other.version]).size).toBe(3)
  })
})

describe('the JSON in an answer', () => {
  test.each([
    ['bare', '{"a":1}'],
    ['with white space', '\n {"a":1}\n'],
    ['in a fence', 'Here it is:\n```json\n{"a":1}\n```\nAnything else?'],
    ['in a fence without a language', '```\n{"a":1}\n```'],
    ['between words', 'Of course: {"a":1} as you asked.'],
    ['in the last of two fences, after a draft', '```json\n{"a":0}\n```\nBetter:\n```json\n{"a":1}\n```\n'],
    ['in a fence before one that is open', '```json\n{"a":1}\n```\nor\n```json\n{"a":'],
    ['in a fence of one line', 'So: ```{"a":1}```'],
  ])('%s', (_where, answer) => {
    expect(jsonIn(answer)).toEqual({ ok: true, value: { a: 1 } })
  })

  test.each([
    ['', 'the answer is not JSON'],
    ['{"a":1', 'the answer is not JSON'],
    // A pattern with nested repeats would take hours for it.
    [`\`\`\`json${'\n'.repeat(50_000)}`, 'the answer is not JSON'],
    ['{"a":{"id":9007199254740993}}', 'a.id: 9007199254740993 is no number that can be kept'],
  ])('is not in %j', (answer, problem) => {
    expect(jsonIn(answer)).toEqual({ ok: false, problem })
  })

  test('of an answer that was cut off counts only as a whole: within it may be a draft', () => {
    const draft = 'First: {"a":1}. With the size: {"a":1, "size": "40 c'
    expect(jsonIn(draft, { isCutOff: true }).ok).toBe(false)
    expect(jsonIn('{"a":1}', { isCutOff: true })).toEqual({ ok: true, value: { a: 1 } })
  })
})
