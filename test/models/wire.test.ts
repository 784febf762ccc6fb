import { LLMock } from '@copilotkit/aimock'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AiSdkModels } from '#adapters/models/ai-sdk-models.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { AssistantMessage, Message } from '#domain/agent/message.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { FAMILIES, SECRET, modelsAt } from '#test/support/fake-provider.ts'
import { type ProviderServer, startProviderServer } from '#test/support/provider-server.ts'

// What goes over the wire, word for word. aimock's journal shows its own reading of a request, so a bare server listens here.

const { signal } = new AbortController()
let server: ProviderServer

beforeEach(async () => {
  server = await startProviderServer((response) => response.writeHead(503).end())
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
})

async function sent(
  model: string,
  baseUrl: string,
  messages?: readonly Message[],
): Promise<ProviderServer['requests'][number]> {
  const request = requestOf(model, 'hello')
  const call = modelsAt(baseUrl).call({ ...request, messages: messages ?? request.messages }, { signal })
  await expect(call).rejects.toMatchObject({ code: 'model_failed', retryable: true })
  const [first, ...more] = server.requests
  if (!first || more.length > 0) throw new Error('One call must be one request.')
  return first
}

describe('an address', () => {
  test.each([
    ['anthropic/x', '', '/v1/messages'],
    ['anthropic/x', '/proxy', '/proxy/v1/messages'],
    ['anthropic/x', '/proxy/v1//', '/proxy/v1/messages'],
    ['openai/x', '/', '/v1/responses'],
    ['openai/x', '/proxy/v3', '/proxy/v3/responses'],
    ['openai-compatible/x', '', '/v1/chat/completions'],
    ['openai-compatible/x', '/api/paas/v4/', '/api/paas/v4/chat/completions'],
  ])('%s at "%s" is asked at %s', async (model, base, path) => {
    expect((await sent(model, `${server.url}${base}`)).path).toBe(path)
  })
})

test('the model is everything after the first slash', async () => {
  expect((await sent('openai-compatible/some/model:free', server.url)).body).toMatchObject({ model: 'some/model:free' })
})

describe('the environment', () => {
  beforeEach(() => {
    for (const name of ['ANTHROPIC', 'OPENAI', 'OPENAI_COMPATIBLE']) {
      vi.stubEnv(`${name}_API_KEY`, 'sk-of-the-environment')
      vi.stubEnv(`${name}_BASE_URL`, 'http://127.0.0.1:9/v1')
    }
  })

  test.each(FAMILIES)('is not asked for the key or address of $family', async ({ model }) => {
    const { headers } = await sent(model, server.url)
    expect(headers['authorization'] ?? headers['x-api-key']).toMatch(new RegExp(`^(Bearer )?${SECRET}$`))
    const bare = new AiSdkModels({}, { clock: new ManualClock() }).call(requestOf(model, 'hello'), { signal })
    await expect(bare).rejects.toMatchObject({ code: 'model_not_configured' })
  })

  test('gives no key to a compatible server that needs none', async () => {
    const models = new AiSdkModels({ openaiCompatible: { baseUrl: server.url } }, { clock: new ManualClock() })
    const call = models.call(requestOf('openai-compatible/x', 'hello'), { signal })
    await expect(call).rejects.toMatchObject({ code: 'model_failed' })
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]?.headers['authorization']).toBeUndefined()
  })
})

describe('a transcript', () => {
  const asked: AssistantMessage = {
    role: 'assistant',
    parts: [{ type: 'tool_call', id: 'a', name: 'lookup', input: '{"n":' }],
  }

  test.each([
    { isError: false, output: 'Found it', content: 'Found it' },
    { isError: true, output: 'Not found', content: 'Not found' },
    { isError: false, output: { n: 1 }, content: '{"n":1}' },
    { isError: true, output: { why: 'gone' }, content: '{"why":"gone"}' },
  ])('takes $output back to Anthropic as a tool result (error: $isError)', async ({ isError, output, content }) => {
    const results = [{ callId: 'a', name: 'lookup', isError, output }]
    const messages: Message[] = [{ role: 'user', text: 'hello' }, asked, { role: 'tool', results }]
    const { messages: wire } = (await sent('anthropic/claude-sonnet-4-5', server.url, messages)).body as {
      messages: { content: unknown }[]
    }
    expect(wire[1]?.content).toEqual([{ type: 'tool_use', id: 'a', name: 'lookup', input: { malformed: '{"n":' } }])
    expect(wire[2]?.content).toEqual([
      { type: 'tool_result', tool_use_id: 'a', content, ...(isError && { is_error: true }) },
    ])
  })

  test.each([{ onText: undefined }, { onText: (): void => undefined }])(
    'takes reasoning back to Anthropic with its signature (%o)',
    async ({ onText }) => {
      const fake = new LLMock({ port: 0 })
      fake.onMessage('hello', { content: 'Done.', reasoning: 'Let me see.', reasoningSignature: 'signed-by-anthropic' })
      await fake.start()
      const model = 'anthropic/claude-sonnet-4-5'
      const request = requestOf(model, 'hello')
      const { message } = await modelsAt(fake.url).call(request, { signal, onText })
      await fake.stop()
      const { body } = await sent(model, server.url, [...request.messages, message, ...request.messages])
      expect((body as { messages: { content: unknown }[] }).messages[1]?.content).toEqual([
        { type: 'thinking', thinking: 'Let me see.', signature: 'signed-by-anthropic' },
        { type: 'text', text: 'Done.' },
      ])
    },
  )

  test('asks OpenAI for its reasoning, since nothing is stored there', async () => {
    expect((await sent('openai/gpt-5-mini', server.url)).body).toMatchObject({
      store: false,
      include: ['reasoning.encrypted_content'],
    })
  })
})

test('chat completions are asked to count tokens when they stream', async () => {
  const options = { signal, onText: (): void => undefined }
  await expect(modelsAt(server.url).call(requestOf('openai-compatible/x', 'hello'), options)).rejects.toThrow('503')
  expect(server.requests[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
})
