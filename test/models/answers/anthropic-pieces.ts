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
    what: 'usage within the last piece',
    answer: [
      begin(0, { type: 'text', text: 'ok' }),
      { type: 'message_delta', delta: { stop_reason: 'end_turn', usage: { input_tokens: 9, output_tokens: 4 } } },
    ],
    parts: okParts,
    reply: { usage: usage(9, 4) },
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
