import { afterEach, describe, expect, test } from 'vitest'
import { type Message, toolCallsOf } from '#domain/agent/message.ts'
import { requestOf } from '#test/contracts/model.contract.ts'
import { modelsAt } from '#test/support/fake-provider.ts'
import { type ProviderServer, beginEvents, startProviderServer } from '#test/support/provider-server.ts'

// What a server of chat completions gives beside OpenAI's members, it needs back before the results of the calls.

const { signal } = new AbortController()
let server: ProviderServer
afterEach(() => server.close())

const CALL = { id: 'a', type: 'function', function: { name: 'lookup', arguments: '{"n":1}' } }
const CALLS = { tool_calls: [CALL] }
const TEXT = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 }
const LOCKED = { type: 'reasoning.encrypted', data: 'd', id: 'a', format: 'google-gemini-v1', index: 0 }
const SIGNED = { google: { thought_signature: 'xyz' } }

/** What a server says, whole and in pieces, and what goes back of it. */
const CASES = [
  {
    what: 'thoughts of OpenRouter with their signature',
    whole: { reasoning: 'Hm', reasoning_details: [{ ...TEXT, text: 'Hm', signature: 's' }, LOCKED], ...CALLS },
    pieces: [
      { reasoning: 'H', reasoning_details: [{ ...TEXT, text: 'H' }] },
      { reasoning: 'm', reasoning_details: [{ ...TEXT, text: 'm', signature: null }] },
      { reasoning_details: [{ ...TEXT, text: '', signature: 's' }] },
      { reasoning_details: [LOCKED], ...CALLS },
    ],
    back: { reasoning: 'Hm', reasoning_details: [{ ...TEXT, text: 'Hm', signature: 's' }, LOCKED] },
    notBack: 'reasoning_content',
  },
  {
    what: 'two thoughts that only their signatures part',
    whole: { thinking_blocks: ['1', '2'].map((n) => ({ type: 'thinking', thinking: n, signature: n })), ...CALLS },
    pieces: [
      ...['1', '2'].flatMap((n) => [
        { thinking_blocks: [{ type: 'thinking', thinking: n, signature: '' }] },
        { thinking_blocks: [{ type: 'thinking', thinking: '', signature: n }] },
      ]),
      CALLS,
    ],
    back: { thinking_blocks: ['1', '2'].map((n) => ({ type: 'thinking', thinking: n, signature: n })) },
  },
  {
    what: 'a thought that only the server can read',
    whole: { reasoning: null, reasoning_details: [LOCKED], ...CALLS },
    pieces: [{ reasoning_details: [LOCKED] }, CALLS],
    back: { reasoning_details: [LOCKED] },
    notBack: '"reasoning"',
  },
  {
    what: 'thoughts of DeepSeek',
    whole: { reasoning_content: 'Hm', ...CALLS },
    pieces: [{ reasoning_content: 'H' }, { reasoning_content: 'm' }, CALLS],
    back: { reasoning_content: 'Hm' },
  },
  {
    what: 'thoughts of DeepSeek that are empty',
    whole: { reasoning_content: '', ...CALLS },
    pieces: [
      { reasoning_content: '', content: null },
      { ...CALLS, reasoning_content: null },
    ],
    back: { reasoning_content: '' },
  },
  {
    what: 'thoughts of Groq',
    whole: { reasoning: 'Hm', ...CALLS },
    pieces: [{ reasoning: 'H' }, { reasoning: 'm' }, CALLS],
    back: { reasoning: 'Hm' },
    notBack: 'reasoning_content',
  },
  {
    what: 'thoughts of Mistral',
    whole: { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }, 'ok'], ...CALLS },
    pieces: [{ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }, { content: 'ok' }, CALLS],
    back: {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
        { type: 'text', text: 'ok' },
      ],
    },
    notBack: 'reasoning',
  },
  {
    what: 'a signature of Gemini in a call',
    whole: { tool_calls: [{ ...CALL, extra_content: SIGNED }] },
    pieces: [{ tool_calls: [{ ...CALL, index: 0 }] }, { tool_calls: [{ index: 0, extra_content: SIGNED }] }],
    back: { tool_calls: [{ ...CALL, extra_content: SIGNED }] },
  },
  {
    what: 'a signature of Gemini in a message',
    whole: { content: 'ok', extra_content: SIGNED, ...CALLS },
    pieces: [{ content: 'ok' }, { extra_content: SIGNED }, CALLS],
    back: { content: 'ok', extra_content: SIGNED },
  },
  {
    what: 'a signature behind LiteLLM',
    whole: { tool_calls: [{ ...CALL, provider_specific_fields: { thought_signature: 'xyz' } }] },
    pieces: [{ tool_calls: [{ ...CALL, provider_specific_fields: { thought_signature: 'xyz' } }] }],
    back: { tool_calls: [{ ...CALL, provider_specific_fields: { thought_signature: 'xyz' } }] },
  },
  {
    what: 'nothing that is empty, and no number that would be rounded',
    whole: {
      reasoning_details: [],
      extra_content: {},
      provider_specific_fields: null,
      thinking_blocks: 'no',
      ...CALLS,
    },
    pieces: [
      { reasoning_details: [], extra_content: {}, provider_specific_fields: null, thinking_blocks: 'no' },
      CALLS,
    ],
    back: CALLS,
    notBack: 'extra_content',
  },
] as const

describe.each(CASES)('$what', ({ whole, pieces, back, ...rest }) => {
  test.each([
    ['watched', { onText: (): void => undefined }],
    ['not watched', {}],
  ])('%s', async (_, options) => {
    server = await startProviderServer((response) => {
      if (!('onText' in options)) response.end(JSON.stringify({ choices: [{ message: whole, finish_reason: 'stop' }] }))
      else {
        beginEvents(response, [
          ...pieces.map((delta) => ({ choices: [{ delta }] })),
          { choices: [{ finish_reason: 'stop' }] },
        ])
        response.end()
      }
    })
    const models = modelsAt(server.url)
    const request = requestOf('openai-compatible/x', 'hello')
    const { message } = await models.call(request, { signal, ...options })
    const results = toolCallsOf(message).map(({ id, name }) => ({ callId: id, name, isError: false, output: 'found' }))
    // As it comes out of the journal.
    const said = JSON.parse(JSON.stringify(message)) as Message
    const messages = [...request.messages, said, { role: 'tool' as const, results }]
    await models.call({ ...request, messages }, { signal, ...options })
    const sent = (server.requests[1]?.body as { readonly messages: readonly object[] }).messages[2]
    expect(sent).toMatchObject({ role: 'assistant', ...back })
    if ('notBack' in rest) expect(JSON.stringify(sent)).not.toContain(rest.notBack)
  })
})
