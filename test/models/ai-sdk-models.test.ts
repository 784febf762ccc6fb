import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { textOf, toolCallsOf } from '#domain/agent/message.ts'
import type { ModelReply } from '#ports/model.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { FAMILIES, modelsAt, overAll, startFakeProvider } from '#test/support/fake-provider.ts'

let fake: LLMock

beforeAll(async () => {
  fake = await startFakeProvider()
})
afterAll(() => fake.stop())

const signal = new AbortController().signal
const WAYS = [
  { way: 'at once', onText: undefined },
  { way: 'streamed', onText: (): void => undefined },
]

describe.each(overAll(FAMILIES))('$family over $transport', ({ model, ...transport }) => {
  describe.each(WAYS)('$way', ({ onText }) => {
    const call = (text: string): Promise<ModelReply> =>
      modelsAt(fake.url, transport).call(requestOf(model, text), { signal, onText })

    test('counts tokens', async () => {
      expect((await call('hello')).usage).toMatchObject({ inputTokens: 11, outputTokens: 7 })
    })

    test('asks for several tools in one answer, and gets all results back under its own ids', async () => {
      const { message } = await call('two tools')
      const asked = toolCallsOf(message)
      expect(asked.map(({ id, input }) => [id, input])).toEqual([
        ['call_a', { n: 1 }],
        ['call_b', { n: 2 }],
      ])
      const results = asked.map(({ id, name }) => ({ callId: id, name, isError: id === 'call_b', output: { of: id } }))
      const request = requestOf(model, 'two tools')
      const messages = [...request.messages, message, { role: 'tool' as const, results }]
      const answer = await modelsAt(fake.url, transport).call({ ...request, messages }, { signal, onText })

      expect(textOf(answer.message)).toBe('Both found.')
      const sent = fake.getLastRequest()?.body as {
        messages: { role: string; tool_call_id?: string; content: unknown }[]
      }
      const returned = sent.messages.filter(({ role }) => role === 'tool')
      expect(returned.map((tool) => tool.tool_call_id)).toEqual(['call_a', 'call_b'])
      for (const tool of returned) expect(JSON.stringify(tool.content)).toContain(String(tool.tool_call_id))
    })

    test('passes on what a rate limit says, without our key', async () => {
      await expect(call('limited')).rejects.toMatchObject({
        code: 'model_failed',
        message: `${model} answered 429: Slow down, [redacted].`,
        retryable: true,
        retryAfterMs: 7000,
      })
    })

    test.each([
      { fault: 'broken', message: 'answered 500: Oops.', retryable: true },
      { fault: 'refused', message: 'answered 404: No such model.', retryable: false },
      { fault: 'dropped', message: 'brought no usable answer: Cannot connect to API', retryable: true },
      { fault: 'malformed', message: 'brought no usable answer: ', retryable: true },
    ])('tells what is wrong when the provider is $fault', async ({ fault, message, retryable }) => {
      const failure = call(fault)
      await expect(failure).rejects.toMatchObject({ code: 'model_failed', retryable })
      await expect(failure).rejects.toThrow(`${model} ${message}`)
    })
  })

  test('an answer that breaks off in the middle of the stream is no answer', async () => {
    const pieces: string[] = []
    const onText = (piece: string): void => {
      pieces.push(piece)
    }
    const call = modelsAt(fake.url, transport).call(requestOf(model, 'cut off'), { signal, onText })
    await expect(call).rejects.toMatchObject({ code: 'model_failed', retryable: true })
  })

  test('an abort closes the connection to the provider', async () => {
    const leave = new AbortController()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const asked = once(server, 'request') as Promise<[unknown, NodeJS.EventEmitter]>
    const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    const call = modelsAt(address, transport).call(requestOf(model, 'hello'), { signal: leave.signal })
    const rejected = expect(call).rejects.toThrow('The caller has left.')
    const [, response] = await asked
    const closed = once(response, 'close')
    leave.abort(new Error('The caller has left.'))
    await rejected
    await closed
    server.closeAllConnections()
    server.close()
  })

  test('without its setting it says which one to set', async () => {
    const call = modelsAt(fake.url, { settings: {} }).call(requestOf(model, 'hello'), { signal })
    await expect(call).rejects.toThrow(/(ANTHROPIC_API_KEY|OPENAI_API_KEY|OPENAI_COMPATIBLE_BASE_URL) is not set\.$/)
  })

  test('takes an address with or without its version, or with a slash too many', async () => {
    for (const address of [fake.url, `${fake.url}/`, `${fake.url}/v1`, `${fake.url}/v1/`]) {
      await modelsAt(address, transport).call(requestOf(model, 'hello'), { signal })
      expect(fake.getLastRequest()?.path).toMatch(/^\/v1\/(messages|responses|chat\/completions)$/)
    }
  })
})

// aimock's Responses API ends every answer as completed, whatever the fixture says, so "length" is shown on the other two.
test.each(FAMILIES.filter(({ family }) => family !== 'openai'))(
  '$family: an answer cut by its length says so',
  async ({ model }) => {
    expect(await modelsAt(fake.url).call(requestOf(model, 'long'), { signal })).toMatchObject({
      finishReason: 'length',
    })
  },
)

test('openai: reasoning goes back as it came, and nothing is stored there', async () => {
  const model = 'openai/gpt-5-mini'
  const { message } = await modelsAt(fake.url).call(requestOf(model, 'hello'), { signal })
  expect(message.parts[0]).toMatchObject({
    type: 'reasoning',
    provider: { openai: { reasoningEncryptedContent: expect.any(String) as unknown } },
  })
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const body = new Promise<string>((resolve) => {
    server.on('request', (request: NodeJS.ReadableStream, response: { destroy(): void }) => {
      let text = ''
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => {
        resolve(text)
        response.destroy()
      })
    })
  })
  const request = requestOf(model, 'hello')
  const messages = [...request.messages, message, ...request.messages]
  const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  await expect(modelsAt(address).call({ ...request, messages }, { signal })).rejects.toMatchObject({ retryable: true })
  expect(JSON.parse(await body)).toMatchObject({
    store: false,
    input: expect.arrayContaining([
      expect.objectContaining({ type: 'reasoning', encrypted_content: expect.any(String) as unknown }),
    ]) as unknown,
  })
  server.close()
})
