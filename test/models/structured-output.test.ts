import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { strictSchema } from '#adapters/models/strict-schema.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { JsonObject } from '#domain/json/json.ts'
import type { ModelRequest } from '#ports/model.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { modelsAt } from '#test/support/fake-provider.ts'
import { type ProviderServer, startProviderServer } from '#test/support/provider-server.ts'

const { signal } = new AbortController()
let server: ProviderServer
/** What the server says, request after request. */
let answers: readonly { readonly status: number; readonly body: object }[] = []

beforeEach(async () => {
  answers = []
  server = await startProviderServer((response) => {
    const { status, body } = answers[server.requests.length - 1] ?? { status: 503, body: {} }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
})
afterEach(() => server.close())

function schemaOf(output: z.ZodObject): JsonObject {
  return defineAgent({ name: 'a', instructions: '', output }).output?.jsonSchema ?? {}
}

const PLAIN = schemaOf(z.object({ title: z.string() }))
const OPEN = schemaOf(z.object({ sizes: z.record(z.string(), z.number()), note: z.string().optional() }))

async function bodies(
  model: string,
  output: JsonObject,
  { count = 1, tools = [] }: { readonly count?: number; readonly tools?: ModelRequest['tools'] } = {},
): Promise<readonly Record<string, unknown>[]> {
  const request: ModelRequest = { ...requestOf(model, 'hello'), tools, output }
  await modelsAt(server.url)
    .call(request, { signal })
    .catch(() => undefined)
  expect(server.requests).toHaveLength(count)
  return server.requests.map(({ body }) => body as Record<string, unknown>)
}

const IN_WORDS = /^Be brief\.\n\nAnswer with one JSON object.*"additionalProperties"/s

const TOOLS: ModelRequest['tools'] = [{ name: 'look_up', description: '', inputSchema: { type: 'object' } }]

describe('a schema beside tools', () => {
  test.each(['anthropic/claude-sonnet-4-5', 'openai/gpt-5-mini'])(
    "is in the provider's own form: %s",
    async (model) => {
      const [body] = await bodies(model, PLAIN, { tools: TOOLS })
      expect(body).toMatchObject({ tools: [{}] })
      expect(body?.['output_config'] ?? body?.['text']).toMatchObject({ format: { type: 'json_schema' } })
    },
  )

  test('is in words alone for other servers: some refuse the two together, and some call no tool then', async () => {
    const [body] = await bodies('openai-compatible/gemini', PLAIN, { tools: TOOLS })
    expect(body).toMatchObject({ tools: [{}], messages: [{ content: expect.stringMatching(IN_WORDS) as string }, {}] })
    expect(body).not.toHaveProperty('response_format')
  })
})

describe("a schema in the provider's own form", () => {
  test('of Anthropic, without words', async () => {
    const [body] = await bodies('anthropic/claude-sonnet-4-5', PLAIN)
    expect(body).toMatchObject({ output_config: { format: { type: 'json_schema', schema: { required: ['title'] } } } })
    expect(body?.['tools']).toBeUndefined()
    expect(body?.['system']).toMatchObject([{ text: 'Be brief.' }])
  })

  test('of OpenAI, enforced where its form allows that', async () => {
    const [body] = await bodies('openai/gpt-5-mini', PLAIN)
    expect(body).toMatchObject({
      text: { format: { type: 'json_schema', strict: true, name: 'answer' } },
      store: false,
    })
  })

  test('of OpenAI, as a wish where it does not', async () => {
    const [body] = await bodies('openai/gpt-5-mini', OPEN)
    expect(body).toMatchObject({ text: { format: { type: 'json_schema', strict: false } } })
  })

  test('of chat completions, and in words, as not every server looks at it', async () => {
    const [body] = await bodies('openai-compatible/some/model', PLAIN)
    expect(body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { strict: true, name: 'answer' } },
      messages: [{ role: 'system', content: expect.stringMatching(IN_WORDS) as string }, {}],
    })
  })
})

describe('a schema in words', () => {
  test.each(['anthropic/claude-3-haiku-20240307', 'anthropic/claude-sonnet-4-5'])('for %s', async (model) => {
    const [body] = await bodies(model, OPEN)
    expect(body).toMatchObject({ system: [{ text: expect.stringMatching(IN_WORDS) as string }] })
    expect(body?.['tools']).toBeUndefined()
  })

  test('where a server refuses the other form, and from then on at once', async () => {
    const refusal = { status: 400, body: { error: { message: 'response_format.type json_schema is not available' } } }
    answers = [refusal]
    const models = modelsAt(server.url)
    const request = { ...requestOf('openai-compatible/some/model', 'hello'), tools: [], output: PLAIN }
    await expect(models.call(request, { signal })).rejects.toMatchObject({ retryable: true })
    await expect(models.call(request, { signal })).rejects.toMatchObject({ retryable: true })
    const formats = server.requests.map(({ body }) => (body as JsonObject)['response_format'] !== undefined)
    expect(formats).toEqual([true, false, false])
    expect(server.requests[2]?.body).toMatchObject({
      messages: [{ content: expect.stringMatching(IN_WORDS) as string }, {}],
    })
  })

  test.each([
    ['says nothing of it', 400, 'The prompt is too long'],
    ['is about the key', 401, 'response_format needs a key'],
  ])('not where the refusal %s', async (_what, status, message) => {
    answers = [{ status, body: { error: { message } } }]
    await bodies('openai-compatible/some/model', PLAIN)
  })
})

describe('the form of a schema that OpenAI enforces', () => {
  test('says in words what it may not hold', () => {
    const schema = schemaOf(z.object({ title: z.string().max(60).describe('The title.'), link: z.url() }))
    expect(strictSchema(schema)).toMatchObject({
      strict: true,
      schema: {
        properties: {
          title: { type: 'string', description: 'The title. maxLength: 60' },
          link: { type: 'string', description: 'format: "uri"' },
        },
      },
    })
  })

  test.each([
    z.object({ note: z.string().optional() }),
    z.object({ lines: z.array(z.object({ note: z.string().optional() })) }),
    z.looseObject({ title: z.string() }),
    z.object({ sizes: z.record(z.string(), z.number()) }),
  ])('is none for %#', (output) => {
    expect(strictSchema(schemaOf(output))).toEqual({ schema: schemaOf(output), strict: false })
  })

  test('keeps what it knows, whatever its members are called', () => {
    const schema = schemaOf(
      z.object({
        type: z.enum(['a', 'b']),
        format: z.literal('x'),
        items: z.array(z.int().min(1)).max(3),
        none: z.null(),
      }),
    )
    expect(strictSchema(schema)).toEqual({ schema, strict: true })
  })
})
