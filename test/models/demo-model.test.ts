import * as z from 'zod'
import { describe, expect, test } from 'vitest'
import { type DemoScript, demoOf } from '#composition/demo/model.ts'
import { knownFrom, sampleOf } from '#composition/demo/sample.ts'
import { ScriptedModels, says } from '#adapters/models/scripted-models.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { textOf } from '#domain/agent/message.ts'
import { outputOf } from '#domain/agent/output.ts'
import { defineTool } from '#domain/agent/tool.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { jsonSchemaOf } from '#domain/agent/schema.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { RunSync } from '#application/agent/run-sync.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { ANY_TENANT } from '#test/support/tenants.ts'
import { NEVER } from '#test/support/execution.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { TILL } from '#test/support/fixtures.ts'
import { PRICES } from '#test/support/prices.ts'
import { UNCOUNTED } from '#test/support/uncounted.ts'

const known = (value: JsonValue) => knownFrom(value)

describe('a sample of a schema', () => {
  test.each([
    z.object({ number: z.string(), note: z.string().optional() }),
    z.object({ email: z.email(), at: z.iso.datetime(), day: z.iso.date(), link: z.url(), id: z.uuid() }),
    z.object({
      count: z.int().min(5).max(9),
      share: z.number().positive(),
      even: z.int().multipleOf(2),
      on: z.boolean(),
    }),
    z.object({ language: z.enum(['sv', 'en']), kind: z.literal('x'), retries: z.int().default(3) }),
    z.object({ lines: z.array(z.object({ sku: z.string().min(12) })).min(2), text: z.string().max(3) }),
    z.object({ either: z.union([z.object({ a: z.string() }), z.number()]), nothing: z.null() }),
    z.object({ where: z.object({ street: z.string(), deep: z.object({ deeper: z.array(z.string()) }) }) }),
  ])('fits the schema: %#', (schema) => {
    const sample = sampleOf(jsonSchemaOf(schema), known(null))
    expect(schema.safeParse(sample)).toMatchObject({ success: true })
  })

  test('takes what is known by its name, where the type fits', () => {
    const schema = jsonSchemaOf(z.object({ order: z.string(), total: z.number(), note: z.string().optional() }))
    const given = known({ cart: { order: '#1042', total: 'much', note: 'gift' } })
    expect(sampleOf(schema, given)).toEqual({ order: '#1042', total: 1, note: 'gift' })
  })
})

describe('the offline demo model', () => {
  const clock = new ManualClock()

  /** What each tool was called with, and the answer, for an agent that nobody wrote a demo for. */
  async function run(input: JsonValue, own?: DemoScript) {
    const seen: [string, unknown][] = []
    const tool = (name: string, schema: z.ZodType<object>, output: JsonValue) =>
      defineTool({
        name,
        description: name,
        input: schema,
        run: (args) => {
          seen.push([name, args])
          if (output === 'fails') throw new Error('The shop is closed.')
          return output
        },
      })
    const support = defineAgent({
      name: 'support',
      instructions: 'Help.',
      tools: [
        tool('find_order', z.object({ number: z.string() }), { customer: 'Anna', total: 99 }),
        tool('write_note', z.object({ customer: z.string(), text: z.string() }), { noted: true }),
        tool('close', z.object({ total: z.number() }), 'fails'),
      ],
    })
    const runSync = new RunSync({
      tenants: ANY_TENANT,
      agents: new AgentRegistry([support]),
      models: new ScriptedModels({ demo: demoOf(own) }),
      clock,
      defaultModel: 'scripted/demo',
      prices: PRICES,
      limits: DEFAULT_LIMITS,
      logger: silentLogger,
      countRuns: UNCOUNTED,
      ids: new UlidGenerator(clock, new CryptoRandom()),
    })
    const report = await runSync.execute({ tenantId: 'default', by: TILL, agent: 'support', input, signal: NEVER })
    return { seen, report }
  }

  test("calls any agent's tools once each, with what is known, and says what came of it", async () => {
    const { seen, report } = await run({ number: '#1042' })
    expect(seen).toEqual([
      ['find_order', { number: '#1042' }],
      ['write_note', { customer: 'Anna', text: 'sample text' }],
      ['close', { total: 99 }],
    ])
    expect(report.stopReason).toBe('finished')
    expect(report.output).toContain('offline demo model')
    expect(report.output).toContain('find_order returned: {"customer":"Anna","total":99}')
    expect(report.output).toContain('close failed: ')
    expect(report.output).toContain('The shop is closed.')
  })

  test('takes a plain text too', async () => {
    const { seen, report } = await run('Where is my order?')
    expect(seen[0]).toEqual(['find_order', { number: 'sample number' }])
    expect(report.output).toContain('Where is my order?')
  })

  test('answers with JSON that fits, where the answer has a schema', async () => {
    const output = z.object({
      title: z.string(),
      price: z.number(),
      tags: z.array(z.string()),
      note: z.string().optional(),
    })
    const models = new ScriptedModels({ demo: demoOf() })
    const { jsonSchema } = outputOf(output)
    const messages = [{ role: 'user' as const, text: '{"title":"Apron"}' }]
    const request = { model: 'scripted/demo', instructions: '', messages, tools: [], output: jsonSchema, settings: {} }
    const { message } = await models.call(request, { signal: NEVER })
    expect(output.parse(JSON.parse(textOf(message)))).toEqual({ title: 'Apron', price: 1, tags: ['sample tags'] })
  })

  test('leaves an agent to a demo of the author, unless that returns null', async () => {
    const turns: unknown[] = []
    const own: DemoScript = (turn) => {
      turns.push(turn)
      return turn.results.length === 0 ? null : says('Mine.')
    }
    const { seen, report } = await run({ number: '#1042' }, own)
    expect(seen).toHaveLength(1)
    expect(report.output).toBe('Mine.')
    expect(turns).toMatchObject([
      { input: { number: '#1042' }, results: [], tools: ['find_order', 'write_note', 'close'] },
      { results: [{ name: 'find_order', output: { customer: 'Anna' } }] },
    ])
  })
})
