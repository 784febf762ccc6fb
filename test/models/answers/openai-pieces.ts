import { type Row, lookup, okParts, usage } from './row.ts'

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
  ...[
    { what: 'that are named by their ids', of: ({ id }: { id: string }) => ({ item_id: id }) },
    { what: 'of which the latest is meant', of: () => ({}) },
  ].map(({ what, of }) => {
    const calls = ['a', 'b', 'c'].map((id) => ({ ...call, id: `f${id}`, call_id: id }))
    return {
      what: `calls with the same index, ${what}`,
      answer: [
        ...calls.flatMap((one, n) => [
          added(0, one),
          args({ output_index: 0, ...of(one), delta: '{"n":' }),
          args({ output_index: 0, ...of(one), delta: `${String(n)}}` }),
        ]),
        completed,
      ],
      parts: calls.map((one, n) => lookup({ n }, one.call_id)),
    }
  }),
  {
    what: 'calls with the same index that are repeated when they are done',
    answer: [
      added(0, call),
      added(0, { ...call, id: 'g', call_id: 'b' }),
      done({ ...call, id: undefined, arguments: '{"n":1}' }),
      done({ ...call, id: undefined, call_id: 'b', arguments: '{"n":2}' }),
      completed,
    ],
    parts: [lookup({ n: 1 }), lookup({ n: 2 }, 'b')],
  },
  ...['f', undefined].map((id) => ({
    what: `another id of the call when it ends, with the item's id ${String(id)}`,
    answer: [
      added(0, { ...call, id }),
      args({ output_index: 0, delta: '{"n":1}' }),
      done({ ...call, id, call_id: 'z', arguments: '{"n":1}' }),
      completed,
    ],
    parts: [lookup({ n: 1 }, 'z')],
  })),
  {
    what: 'calls with the same index between others',
    answer: [
      added(0, thought),
      added(1, { ...call, arguments: '{"n":1}' }),
      added(1, { ...call, id: 'g', call_id: 'b', arguments: '{"n":2}' }),
      added(2, { ...call, id: 'h', call_id: 'c', arguments: '{"n":3}' }),
      completed,
    ],
    parts: [{ type: 'reasoning' }, lookup({ n: 1 }), lookup({ n: 2 }, 'b'), lookup({ n: 3 }, 'c')],
  },
  {
    what: 'another id of the same item in each event',
    answer: [added(0, { ...call, id: 'f1' }), done({ ...call, id: 'f2', arguments: '{"n":1}' }), completed],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'calls with the same id',
    answer: [added(0, { ...call, arguments: '{"n":1}' }), added(1, { ...call, arguments: '{"n":2}' }), completed],
    parts: [lookup({ n: 1 }), lookup({ n: 2 })],
  },
  {
    what: 'arguments as an object in one piece',
    answer: [added(0, call), args({ output_index: 0, delta: { n: 1 } }), completed],
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
