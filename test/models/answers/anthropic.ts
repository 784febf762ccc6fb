import { BIG, type Row, lookup, okParts, usage } from './row.ts'

function message(content: readonly object[], stop: unknown = 'end_turn', rest: object = {}): object {
  return { id: 'm', type: 'message', role: 'assistant', content, stop_reason: stop, ...rest }
}

function toolUse(input: unknown): object {
  return message([{ type: 'tool_use', id: 'a', name: 'lookup', input }], 'tool_use')
}

const start = { type: 'message_start', message: { id: 'm', content: [], usage: { input_tokens: 3, output_tokens: 1 } } }
const end = (stop: unknown, rest: object = {}): readonly object[] => [
  { type: 'message_delta', delta: { stop_reason: stop }, usage: { output_tokens: '7' }, ...rest },
  { type: 'message_stop' },
]
const block = (index: unknown, content: object, ...deltas: readonly object[]): readonly object[] => [
  { type: 'content_block_start', index, content_block: content },
  ...deltas.map((inner) => ({ type: 'content_block_delta', index, delta: inner })),
  { type: 'content_block_stop', index },
]

const toolUseBlock = (id: string): object => ({ type: 'tool_use', id, name: 'lookup', input: {} })

export const ANTHROPIC_ANSWERS: readonly Row[] = [
  {
    what: 'usage in parts and as text',
    answer: message([{ type: 'text', text: 'ok' }], 'end_turn', {
      usage: { input_tokens: '3', cache_read_input_tokens: 2, output_tokens: 2.5 },
    }),
    parts: okParts,
    reply: { usage: { ...usage(5, 0), cachedInputTokens: 2 } },
  },
  {
    what: 'writes to the cache',
    answer: message([{ type: 'text', text: 'ok' }], 'end_turn', {
      usage: { input_tokens: 3, cache_read_input_tokens: 2, cache_creation_input_tokens: 40, output_tokens: 5 },
    }),
    parts: okParts,
    reply: { usage: { ...usage(45, 5), cachedInputTokens: 2, cacheWriteTokens: 40 } },
  },
  {
    what: 'writes to the cache by how long they are kept',
    answer: message([{ type: 'text', text: 'ok' }], 'end_turn', {
      usage: {
        input_tokens: 3,
        cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 2 },
        output_tokens: 5,
      },
    }),
    parts: okParts,
    reply: { usage: { ...usage(45, 5), cacheWriteTokens: 42 } },
  },
  {
    what: 'a stream that writes to the cache',
    answer: [
      {
        type: 'message_start',
        message: { id: 'm', content: [], usage: { input_tokens: 3, cache_creation_input_tokens: 40 } },
      },
      ...block(0, { type: 'text', text: 'ok' }),
      ...end('end_turn'),
    ],
    parts: okParts,
    reply: { usage: { ...usage(43, 7), cacheWriteTokens: 40 } },
  },
  {
    what: 'half a stream that has written to the cache',
    answer: [
      {
        type: 'message_start',
        message: { id: 'm', content: [], usage: { input_tokens: 3, cache_creation_input_tokens: 40 } },
      },
      ...block(0, { type: 'text', text: 'ok' }),
    ],
    error: { message: 'broke off', retryable: true, usage: { ...usage(43, 0), cacheWriteTokens: 40 } },
  },
  {
    what: 'a blank block before a call',
    answer: message(
      [
        { type: 'text', text: '\n\n' },
        { type: 'tool_use', id: 'a', name: 'lookup' },
      ],
      'tool_use',
    ),
    parts: [lookup({})],
  },
  { what: 'arguments as text', answer: toolUse('{"n":1}'), parts: [lookup({ n: 1 })] },
  { what: 'arguments of null', answer: toolUse(null), parts: [lookup({})] },
  {
    what: 'a number that would be rounded',
    answer: JSON.stringify(toolUse({ n: 'N' })).replace('"N"', BIG),
    parts: [lookup(`{"n":${BIG}}`)],
  },
  {
    what: 'blocks of another kind',
    answer: message([{ type: 'server_tool_use' }, { type: 'text', text: 'ok' }]),
    parts: okParts,
  },
  {
    what: 'thoughts',
    answer: message([
      { type: 'thinking', thinking: 'Hm', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'text', text: 'ok' },
    ]),
    parts: [
      { type: 'reasoning', text: 'Hm', provider: { anthropic: { signature: 's' } } },
      { type: 'reasoning', text: '', provider: { anthropic: { redactedData: 'd' } } },
      ...okParts,
    ],
  },
  {
    what: 'a pause',
    answer: message([{ type: 'text', text: 'ok' }], 'pause_turn'),
    parts: okParts,
    reply: { finishReason: 'other', rawFinishReason: 'pause_turn' },
  },
  {
    what: 'a full context',
    answer: message([{ type: 'text', text: 'ok' }], 'model_context_window_exceeded'),
    parts: okParts,
    reply: { finishReason: 'length' },
  },
  { what: 'a refusal', answer: message([], 'refusal'), parts: [], reply: { finishReason: 'content_filter' } },
  {
    what: 'a call that may be cut',
    answer: message(
      [
        { type: 'text', text: 'ok' },
        { type: 'tool_use', id: 'a', name: 'lookup', input: {} },
      ],
      'max_tokens',
    ),
    parts: okParts,
    reply: { finishReason: 'length' },
  },
  { what: 'nothing', answer: message([]), error: { message: 'The answer was empty', retryable: true } },
  {
    what: 'an error that is none',
    answer: { ...message([{ type: 'text', text: 'ok' }]), error: 'none' },
    parts: okParts,
  },
  {
    what: 'an error',
    answer: { type: 'error', error: { type: 'overloaded_error', message: 'Busy' } },
    error: { message: ': Busy.', retryable: true },
  },
  {
    what: 'a stream',
    answer: [
      start,
      ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'o' }, { type: 'text_delta', text: 'k' }),
      { type: 'ping' },
      ...end('end_turn'),
    ],
    parts: okParts,
    reply: { usage: usage(3, 7), finishReason: 'stop' },
  },
  {
    what: 'a stream of thoughts and a call',
    answer: [
      start,
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'Hm' },
        { type: 'signature_delta', signature: 's' },
      ),
      ...block(
        1,
        { type: 'tool_use', id: 'a', name: 'lookup', input: {} },
        { type: 'input_json_delta', partial_json: '{"n":' },
        { type: 'input_json_delta', partial_json: `${BIG}}` },
      ),
      ...end('tool_use'),
    ],
    parts: [{ type: 'reasoning', text: 'Hm', provider: { anthropic: { signature: 's' } } }, lookup(`{"n":${BIG}}`)],
  },
  {
    what: 'a stream of a call without arguments',
    answer: [
      start,
      ...block(
        0,
        { type: 'tool_use', id: 'a', name: 'lookup', input: {} },
        { type: 'input_json_delta', partial_json: '' },
      ),
      ...end('tool_use'),
    ],
    parts: [lookup({})],
  },
  {
    what: 'half a stream',
    answer: [start, ...block(0, { type: 'text', text: 'ok' })],
    error: { message: 'broke off', retryable: true, usage: usage(3, 1) },
  },
  { what: 'a text as its content', answer: { ...message([]), content: 'ok' }, parts: okParts },
  {
    what: 'an error beside half a text',
    answer: { ...message([{ type: 'text', text: 'ok' }], null), error: { type: 'overloaded_error', message: 'Busy' } },
    error: { message: ': Busy.', retryable: true },
  },
  {
    what: 'usage that no sum can hold',
    answer: message([{ type: 'text', text: 'ok' }], 'end_turn', {
      usage: { input_tokens: Number.MAX_SAFE_INTEGER, cache_read_input_tokens: 1e9 + 1, output_tokens: 1e9 },
    }),
    parts: okParts,
    reply: { usage: usage(0, 1e9) },
  },
  ...[undefined, 0].map((index) => ({
    what: `a stream of blocks that all have the index ${String(index)}`,
    answer: [
      start,
      ...block(index, { type: 'text', text: '' }, { type: 'text_delta', text: 'ok' }),
      ...block(index, toolUseBlock('a'), { type: 'input_json_delta', partial_json: '{"n":1}' }),
      ...block(index, toolUseBlock('b'), { type: 'input_json_delta', partial_json: '{"n":2}' }),
      ...end('tool_use'),
    ],
    parts: [...okParts, lookup({ n: 1 }), lookup({ n: 2 }, 'b')],
  })),
  {
    what: 'a stream that names its events, and gives no types',
    answer: [start, ...block(0, { type: 'text', text: 'ok' }), ...end('end_turn')]
      .map(
        ({ type, ...event }: { readonly type?: string }) =>
          `event: ${String(type)}\ndata: ${JSON.stringify(event)}\n\n`,
      )
      .join(''),
    parts: okParts,
    reply: { usage: usage(3, 7), finishReason: 'stop' },
  },
  {
    what: 'a stream that counts its input at the beginning alone',
    answer: [
      start,
      ...block(0, { type: 'text', text: 'ok' }),
      ...end('end_turn', { usage: { input_tokens: 0, output_tokens: 7 } }),
    ],
    parts: okParts,
    reply: { usage: usage(3, 7) },
  },
]
