import { afterEach, describe, expect, test } from 'vitest'
import { textOf } from '#domain/agent/message.ts'
import type { ModelReply } from '#ports/model.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { modelsAt, overAll } from '#test/support/fake-provider.ts'
import { type ProviderServer, beginEvents, startProviderServer } from '#test/support/provider-server.ts'

// Whether a client watches must not decide what becomes of a job. So where a stream is refused, the answer is taken whole.

const signal = new AbortController().signal
const FAMILIES = [
  {
    model: 'anthropic/claude-sonnet-4-5',
    whole: { content: [{ type: 'text', text: 'Hej då.' }], stop_reason: 'end_turn' },
    begun: { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hej' } },
  },
  {
    model: 'openai/gpt-5-mini',
    whole: { status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hej då.' }] }] },
    begun: { type: 'response.output_text.delta', delta: 'Hej' },
  },
  {
    model: 'openai-compatible/x',
    whole: { choices: [{ message: { content: 'Hej då.' }, finish_reason: 'stop' }] },
    begun: { choices: [{ delta: { content: 'Hej' } }] },
  },
] as const

let server: ProviderServer
afterEach(() => server.close())

describe.each(overAll(FAMILIES))('$model over $transport', ({ model, whole, begun, ...transport }) => {
  type Answer = Parameters<Parameters<typeof startProviderServer>[0]>[0]

  /** The reply, and what was told of it, of a server that answers a stream as given, and a request without one with the whole. */
  async function watched(answer: (response: Answer) => void): Promise<{ reply: ModelReply; pieces: string[] }> {
    server = await startProviderServer((response) => {
      const { stream } = server.requests.at(-1)?.body as { readonly stream?: boolean }
      if (stream === true) answer(response)
      else response.end(JSON.stringify(whole))
    })
    const pieces: string[] = []
    const onText = (text: string): void => {
      pieces.push(text)
    }
    const reply = await modelsAt(server.url, transport).call(requestOf(model, 'hello'), { signal, onText })
    return { reply, pieces }
  }

  const refused =
    (status: number, error: object = { message: 'No stream with tools' }) =>
    (response: Answer) =>
      response.writeHead(status).end(JSON.stringify({ error }))

  test.each([
    ...[400, 404, 405, 406, 415, 422, 500, 501, 503].map(
      (status) => [`refuses it with ${String(status)}`, refused(status)] as const,
    ),
    ['says in its answer that it does not', refused(200)],
    [
      'says so in its stream',
      (response: Answer) => {
        beginEvents(response, [{ error: { message: 'No stream with tools' } }])
        response.end()
      },
    ],
    [
      'ends it before it has begun',
      (response: Answer) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': hello\n\n')
      },
    ],
    [
      'has nothing to say in it',
      (response: Answer) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: [DONE]\n\n')
      },
    ],
  ] as const)('a server that %s is asked for the whole, which is told in one piece', async (_, answer) => {
    const { reply, pieces } = await watched(answer)
    expect([textOf(reply.message), pieces]).toEqual(['Hej då.', ['Hej då.']])
    expect(server.requests).toHaveLength(2)
  })

  test('a server that does not stream when it is asked has answered: it is not asked again', async () => {
    const { pieces } = await watched((response) => response.end(JSON.stringify(whole)))
    expect(pieces).toEqual(['Hej då.'])
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ['wants other credentials', refused(401)],
    ['wants money', refused(402)],
    ['forbids it', refused(403)],
    ['has had enough', refused(429)],
    ['has had enough, behind a gateway', refused(200, { code: 429 })],
    ['names a time', (response: Answer) => response.writeHead(503, { 'retry-after': '5' }).end()],
    ['is overloaded', refused(529, { type: 'overloaded_error' })],
    [
      'has begun its answer',
      (response: Answer) => {
        beginEvents(response, [begun, { error: { message: 'Oops', code: 500 } }])
        response.end()
      },
    ],
    [
      'breaks off its answer',
      (response: Answer) => {
        beginEvents(response, [begun])
        response.end()
      },
    ],
  ] as const)('a server that %s is not asked again', async (_, answer) => {
    await expect(watched(answer)).rejects.toMatchObject({ code: 'model_failed' })
    expect(server.requests).toHaveLength(1)
  })
})
