import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { parseWith } from '#domain/agent/schema.ts'
import { defineTool } from '#domain/agent/tool.ts'

describe('the schema of a tool input, as models get it', () => {
  const shapeOf = (input: z.ZodType<object>) =>
    defineTool({ name: 't', description: '', input, run: () => null }).inputSchema
  const a = z.object({ kind: z.literal('a'), x: z.string() })
  const b = z.object({ kind: z.literal('b'), y: z.number().optional(), x: z.number() })

  test('a union of objects is one object, whose description has its forms', () => {
    for (const input of [z.discriminatedUnion('kind', [a, b]), z.union([a, b])]) {
      const schema = shapeOf(input)
      expect(schema).toEqual({
        description: 'One of these forms: {kind: "a", x} or {kind: "b", y?, x}.',
        type: 'object',
        properties: {
          kind: { enum: ['a', 'b'] },
          x: { anyOf: [{ type: 'string' }, { type: 'number' }] },
          y: { type: 'number' },
        },
        required: ['kind', 'x'],
      })
    }
  })

  test('a union within a union, an intersection and a recursive type too', () => {
    const c = z.object({ kind: z.literal('c') })
    expect(shapeOf(z.union([z.union([a, b]), c]))).toMatchObject({ type: 'object', required: ['kind'] })
    expect(shapeOf(z.intersection(a, z.object({ z: z.string() })))).toMatchObject({
      type: 'object',
      properties: { kind: { const: 'a' }, x: {}, z: {} },
      required: ['kind', 'x', 'z'],
    })
    const tree = z.object({
      name: z.string(),
      get children() {
        return z.array(tree)
      },
    })
    const schema = shapeOf(tree)
    expect(schema).toMatchObject({ type: 'object', required: ['name', 'children'] })
    for (const keyword of ['$ref', 'anyOf', 'oneOf', 'allOf']) expect(schema).not.toHaveProperty(keyword)
  })

  test('an object stays as it is', () => {
    expect(shapeOf(z.strictObject({ id: z.string() }))).toMatchObject({ type: 'object', additionalProperties: false })
  })

  test('the forms of a union say which values its members list, what is free, and what their authors say', () => {
    const input = z
      .union([
        z.object({ v: z.enum(['a', 'b']) }).describe('First way'),
        z.object({ v: z.null() }),
        z.object({ v: z.literal(1) }).catchall(z.string()),
      ])
      .describe('Two ways')
    expect(shapeOf(input)).toMatchObject({
      description: 'Two ways. One of these forms: {v: "a" | "b"} (First way) or {v: null} or {v: 1, [any name]}.',
      properties: { v: { enum: ['a', 'b', null, 1] } },
    })
  })

  test.each([
    ['of zod', z.object({ t: z.tuple([z.string(), z.number()]) })],
    [
      "of JSON Schema's newer way",
      z.fromJSONSchema({
        type: 'object',
        properties: { t: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false } },
      }),
    ],
  ])('a tuple %s is a list that tells its order, which each provider takes', async (_, input) => {
    const { inputSchema, input: checked } = defineTool({
      name: 't',
      description: '',
      input: input as z.ZodType<object>,
      run: () => null,
    })
    expect(inputSchema).toMatchObject({
      properties: {
        t: {
          type: 'array',
          description: 'In this order: {"type":"string"}, {"type":"number"}.',
          items: { anyOf: [{ type: 'string' }, { type: 'number' }] },
        },
      },
    })
    expect(await parseWith(checked, { t: [1, 'a'] })).toMatchObject({ ok: false })
  })

  test('a tuple with a rest, within a list, and a name or a value that looks like one', () => {
    const input = z.object({
      rows: z.array(z.tuple([z.string()], z.boolean())),
      items: z.array(z.literal('x')).default(['x']),
    })
    expect(shapeOf(input)).toMatchObject({
      properties: {
        rows: { items: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'boolean' }] } } },
        items: { type: 'array', items: { const: 'x' }, default: ['x'] },
      },
    })
  })

  test('a record has no names of its own, and says so', () => {
    expect(shapeOf(z.record(z.string(), z.number()))).toMatchObject({
      type: 'object',
      properties: {},
      additionalProperties: { type: 'number' },
    })
  })
})
