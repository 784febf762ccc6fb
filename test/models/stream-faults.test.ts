import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { ModelReply } from '#ports/model.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { SECRET, modelsAt, overAll } from '#test/support/fake-provider.ts'
import { type ProviderServer, beginEvents, startProviderServer } from '#test/support/provider-server.ts'

// aimock can neither put an error into a stream that has begun nor hold one open, so these are written out by hand.

const FAMILIES = [
  {
    model: 'anthropic/claude-sonnet-4-5',
    begun: [
      {
        type: 'message_start',
        message: { id: 'm', type: 'message', role: 'assistant', model: 'c', content: [], usage: { input_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Half' } },
    ],
    busy: { type: 'error', error: { type: 'overloaded_error', message: `Busy, ${SECRET}` } },
    refusal: { type: 'error', error: { type: 'invalid_request_error', message: 'Too long' } },
  },
  {
    model: 'openai/gpt-5-mini',
    begun: [
      { type: 'response.created', response: { id: 'r', created_at: 1, model: 'gpt-5-mini' } },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { type: 'message', id: 'msg_1' },
      },
      { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Half' },
    ],
    busy: { type: 'error', sequence_number: 4, code: 'rate_limit_exceeded', message: `Busy, ${SECRET}`, param: null },
    refusal: { type: 'error', sequence_number: 4, code: 'context_length_exceeded', message: 'Too long', param: null },
  },
  {
    model: 'openai-compatible/some/model',
    begun: [{ id: 'c', choices: [{ index: 0, delta: { role: 'assistant', content: 'Half' } }] }],
    busy: { error: { message: `Busy, ${SECRET}`, type: 'overloaded', code: null } },
  },
] as const

const NEVER = new AbortController().signal

let server: ProviderServer
afterEach(() => server.close())

/** The model's answer from a stream of these events. */
async function streamed(model: string, events: readonly object[], pieces: string[] = []): Promise<ModelReply> {
  server = await startProviderServer((response) => {
    beginEvents(response, events)
    response.end()
  })
  const onText = (piece: string): void => {
    pieces.push(piece)
  }
  return modelsAt(server.url).call(requestOf(model, 'hello'), { signal: NEVER, onText })
}

describe.each(overAll(FAMILIES))(
  'a stream of $model over $transport that turns into an error',
  ({ model, begun, busy, ...transport }) => {
    test("fails with the provider's words, without our key", async () => {
      const pieces: string[] = []
      await expect(streamed(model, [...begun, busy], pieces)).rejects.toMatchObject({
        code: 'model_failed',
        retryable: true,
        message: expect.stringMatching(/: Busy, \[redacted\]\.$/) as unknown,
      })
      expect(pieces).toEqual(['Half'])
    })

    test('can be left in the middle: it rejects with the reason, and the connection closes', async () => {
      const leave = new AbortController()
      const leftOpen: ServerResponse[] = []
      server = await startProviderServer((response) => {
        beginEvents(response, begun)
        leftOpen.push(response)
      })
      const reason = new Error('The caller has left.')
      const onText = (): void => {
        leave.abort(reason)
      }
      const call = modelsAt(server.url, transport).call(requestOf(model, 'hello'), { signal: leave.signal, onText })
      await expect(call).rejects.toBe(reason)
      expect(leftOpen).toHaveLength(1)
      for (const response of leftOpen) if (!response.closed) await once(response, 'close')
    })

    test('closes the connection, which the provider holds open', async () => {
      const leftOpen: ServerResponse[] = []
      server = await startProviderServer((response) => {
        beginEvents(response, [...begun, busy])
        leftOpen.push(response)
      })
      const options = { signal: NEVER, onText: (): void => undefined }
      await expect(modelsAt(server.url, transport).call(requestOf(model, 'hello'), options)).rejects.toThrow('Busy')
      expect(leftOpen).toHaveLength(1)
      for (const response of leftOpen) if (!response.closed) await once(response, 'close')
    })
  },
)

test.each(overAll([{ model: 'openai-compatible/x' }]))(
  'a stream over $transport that breaks after its answer has ended takes nothing from it',
  async ({ model, ...transport }) => {
    const whole = { choices: [{ delta: { content: 'Hej' }, finish_reason: 'stop' }] }
    server = await startProviderServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify(whole)}\n\n`, () => {
        response.destroy()
      })
    })
    const options = { signal: NEVER, onText: (): void => undefined }
    const reply = await modelsAt(server.url, transport).call(requestOf(model, 'hello'), options)
    expect(reply).toMatchObject({ message: { parts: [{ text: 'Hej' }] }, finishReason: 'stop' })
  },
)

// Chat completions have no common word for it: what breaks off there counts as worth another try.
test.each(FAMILIES.filter((family) => 'refusal' in family))(
  'a stream of $model that turns into a refusal is not worth another try',
  async ({ model, begun, refusal }) => {
    await expect(streamed(model, [...begun, refusal])).rejects.toMatchObject({
      code: 'model_failed',
      message: expect.stringMatching(/: Too long\.$/) as unknown,
      retryable: false,
    })
  },
)

// aimock's Responses API ends every answer as completed, whatever the fixture says.
test.each(['at once', 'streamed'] as const)('openai: an answer cut by its length says so, %s', async (way) => {
  const cut = {
    id: 'r',
    created_at: 1,
    model: 'gpt-5-mini',
    output: [
      {
        type: 'message',
        id: 'm',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Half', annotations: [] }],
      },
    ],
    incomplete_details: { reason: 'max_output_tokens' },
    usage: { input_tokens: 3, output_tokens: 2 },
  }
  const { begun } = FAMILIES[1]
  server = await startProviderServer((response) => {
    if (way === 'streamed') {
      beginEvents(response, [...begun, { type: 'response.incomplete', response: cut }])
      response.end()
    } else response.setHeader('content-type', 'application/json').end(JSON.stringify(cut))
  })
  const onText = way === 'streamed' ? (): void => undefined : undefined
  const call = modelsAt(server.url).call(requestOf('openai/gpt-5-mini', 'hello'), { signal: NEVER, onText })
  expect(await call).toMatchObject({
    message: { parts: [{ type: 'text', text: 'Half' }] },
    finishReason: 'length',
    usage: { inputTokens: 3, outputTokens: 2 },
  })
})
