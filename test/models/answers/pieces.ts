import { type Row, lookup, okParts, usage } from './row.ts'

const end = (stop: unknown): readonly object[] => [
  { type: 'message_delta', delta: { stop_reason: stop }, usage: { output_tokens: 4 } },
  { type: 'message_stop' },
]
const begin = (index: unknown, block: unknown): object => ({
  type: 'content_block_start',
  index,
  content_block: block,
})
const piece = (index: unknown, delta: object): object => ({ type: 'content_block_delta', index, delta })
const tool = { type: 'tool_use', id: 'a', name: 'lookup', input: {} }

/** Streams of Anthropic's format whose pieces lack something. */
export const ANTHROPIC_PIECES: readonly Row[] = [
  {
    what: 'pieces without a type',
    answer: [
      begin(0, { type: 'thinking', thinking: '' }),
      piece(0, { thinking: 'Hm' }),
      piece(0, { signature: 's' }),
      begin(1, null),
      piece(1, { text: 'ok' }),
      begin(2, tool),
      piece(2, { partial_json: '{"n":1}' }),
      ...end('tool_use'),
    ],
    parts: [
      { type: 'reasoning', text: 'Hm', provider: { anthropic: { signature: 's' } } },
      ...okParts,
      lookup({ n: 1 }),
    ],
  },
  {
    what: 'arguments as an object, of a block whose index is a text there',
    answer: [begin(0, tool), piece('0', { type: 'input_json_delta', partial_json: { n: 1 } }), ...end('tool_use')],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'arguments of which each piece repeats all that came before',
    answer: [
      begin(0, tool),
      ...['', '{"n"', '{"n":1', '{"n":1}', '{"n":1}'].map((json) =>
        piece(0, { type: 'input_json_delta', partial_json: json }),
      ),
      ...end('tool_use'),
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'arguments of several calls in turn, of which each piece repeats all that came before',
    answer: [
      begin(0, tool),
      begin(1, { ...tool, id: 'b' }),
      ...['{"n"', '{"n":1}'].map((json) => piece(0, { type: 'input_json_delta', partial_json: json })),
      ...['{"n"', '{"n":2}'].map((json) => piece(1, { type: 'input_json_delta', partial_json: json })),
      ...end('tool_use'),
    ],
    parts: [lookup({ n: 1 }), lookup({ n: 2 }, 'b')],
  },
  {
    what: 'arguments in pieces that begin alike',
    answer: [
      begin(0, tool),
      ...['{', '{"n"', ':1}', '}'].map((json) => piece(0, { type: 'input_json_delta', partial_json: json })),
      ...end('tool_use'),
    ],
    parts: [lookup('{{"n":1}}')],
  },
  {
    what: 'pieces of null',
    answer: [
      begin(0, { type: 'text', text: null }),
      piece(0, { type: 'text_delta', text: null }),
      piece(0, { type: 'text_delta', text: 'ok' }),
      ...end({ type: 'end_turn' }),
    ],
    parts: okParts,
    reply: { finishReason: 'stop', usage: usage(0, 4) },
  },
  ...[
    { type: 'tool_call', input: { n: 1 } },
    { type: 'tool_use', input: {}, arguments: '{"n":1}' },
    { type: 'function_call', parameters: { n: 1 } },
  ].map((block) => ({
    what: `a call written as ${JSON.stringify(block)}`,
    answer: { content: [{ ...block, id: 'a', name: 'lookup' }], stop_reason: 'tool_use' },
    parts: [lookup({ n: 1 })],
  })),
  {
    what: 'a call of nothing',
    answer: {
      content: [
        { type: 'text', text: 'ok' },
        { ...tool, name: '' },
      ],
      stop_reason: 'end_turn',
    },
    parts: okParts,
    reply: { finishReason: 'stop' },
  },
  {
    what: 'a block without a type',
    answer: { content: [{ text: 'ok' }], stop_reason: 'END_TURN' },
    parts: okParts,
    reply: { finishReason: 'stop' },
  },
]

const call = { type: 'function_call', id: 'f', call_id: 'a', name: 'lookup', arguments: '' }
const thought = { type: 'reasoning', id: 'r', summary: [], encrypted_content: 'e' }
const added = (index: unknown, item: object): object => ({
  type: 'response.output_item.added',
  output_index: index,
  item,
})
const done = (item: object): object => ({ type: 'response.output_item.done', output_index: 0, item })
const args = (fields: object): object => ({ type: 'response.function_call_arguments.delta', ...fields })
const completed = { type: 'response.completed', response: { output: [] } }

/** Streams of OpenAI's format whose last event does not repeat the response. */
export const OPENAI_PIECES: readonly Row[] = [
  {
    what: 'items out of order',
    answer: [added(1, { ...call, arguments: '{"n":1}' }), added(0, thought), completed],
    parts: [
      { type: 'reasoning', provider: { openai: { itemId: 'r', reasoningEncryptedContent: 'e' } } },
      lookup({ n: 1 }),
    ],
  },
  {
    what: 'an item by its index here, and by its id there',
    answer: [added(0, call), args({ item_id: 'f', delta: '{"n":' }), args({ output_index: 0, delta: '1}' }), completed],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'half of the arguments in pieces, and all of them in the end',
    answer: [
      added(0, call),
      args({ output_index: 0, delta: '{"n"' }),
      done({ ...call, arguments: '{"n":1}' }),
      completed,
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'arguments of which each piece repeats all that came before',
    answer: [
      added(0, call),
      ...['{"n"', '{"n":1', '{"n":1}'].map((delta) => args({ output_index: 0, delta })),
      completed,
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'arguments as an object in the end',
    answer: [
      added(0, call),
      { type: 'response.function_call_arguments.done', item_id: 'f', arguments: { n: 1 } },
      completed,
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'a text in one piece',
    answer: [{ type: 'response.output_text.done', text: 'ok' }, completed],
    parts: okParts,
  },
  {
    what: 'a part in one piece',
    answer: [{ type: 'response.content_part.done', part: { type: 'output_text', text: 'ok' } }, completed],
    parts: okParts,
  },
  {
    what: 'another word for its last event',
    answer: [{ type: 'response.output_text.delta', delta: 'ok' }, { type: 'response.done' }],
    parts: okParts,
    reply: { finishReason: 'stop' },
  },
  {
    what: 'a message without a type',
    answer: { status: 'completed', output: [{ role: 'assistant', content: [{ type: 'output_text', text: 'ok' }] }] },
    parts: okParts,
  },
  {
    what: 'an error event by another name',
    answer: [{ type: 'response.error', code: 'server_error', message: 'Gone' }],
    error: { message: ': Gone.', retryable: true },
  },
  {
    what: 'a call that the end repeats as an empty message',
    answer: [
      added(0, { ...call, arguments: '{"n":1}' }),
      {
        type: 'response.completed',
        response: { output: [{ type: 'message', content: [{ type: 'output_text', text: '' }] }] },
      },
    ],
    parts: [lookup({ n: 1 })],
  },
  ...[
    { status: 'incomplete', output: [{ ...call, status: 'incomplete' }] },
    { status: 'incomplete', output: [{ ...call, arguments: '{}', status: 'in_progress' }] },
    { status: 'completed', output: [{ ...call, arguments: '{"n":', status: 'incomplete' }] },
  ].map((answer) => ({
    what: `a call that is cut, ${JSON.stringify(answer)}`,
    answer,
    error: { message: 'The answer was empty', retryable: true },
  })),
  {
    what: 'a call that the end repeats without its arguments',
    answer: [
      added(0, { ...call, status: 'in_progress' }),
      args({ item_id: 'f', delta: '{"n":1}' }),
      { type: 'response.completed', response: { output: [call] } },
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'a refusal in one piece',
    answer: [{ type: 'response.refusal.done', refusal: 'No.' }, completed],
    parts: [{ type: 'text', text: 'No.' }],
    reply: { finishReason: 'content_filter' },
  },
  {
    what: 'a call by another name',
    answer: { status: 'completed', output: [{ ...call, type: 'tool_call', arguments: { n: 1 } }] },
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'an end without the object around it',
    answer: [{ type: 'response.completed', output: [{ ...call, arguments: '{}' }], usage: { input_tokens: 9 } }],
    parts: [lookup({})],
    reply: { usage: usage(9, 0) },
  },
]
