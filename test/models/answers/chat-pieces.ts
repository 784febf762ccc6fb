import { OK } from './chat.ts'
import { delta, piece } from './chat-streams.ts'
import { type Row, lookup, okParts, usage } from './row.ts'

/** What servers cut in pieces, and how they number them. */
export const CHAT_PIECES: readonly Row[] = [
  {
    what: 'a name in pieces',
    answer: [
      piece({ index: 0, id: 'a', type: 'function', function: { name: 'look' } }),
      piece({ index: 0, function: { name: 'up', arguments: '{"n":' } }),
      piece({ index: 0, function: { name: 'lookup', arguments: '1}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'a name in pieces with one id',
    answer: [
      piece({ id: 'a', type: 'function', function: { name: 'look' } }),
      piece({ id: 'a', type: 'function', function: { name: 'up', arguments: '{}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({})],
  },
  {
    what: 'two calls of no arguments that share an index',
    answer: [
      piece({ index: 0, type: 'function', function: { name: 'lookup' } }),
      piece({ index: 0, type: 'function', function: { name: 'search' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({}, ''), { ...lookup({}, ''), name: 'search' }],
  },
  {
    what: 'two calls in one chunk that nothing tells apart',
    answer: [
      delta({
        tool_calls: [1, 2].map((n) => ({
          index: 0,
          id: '',
          function: { name: 'lookup', arguments: `{"n":${String(n)}}` },
        })),
      }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 }, ''), lookup({ n: 2 }, '')],
  },
  {
    what: 'an id that comes late',
    answer: [
      piece({ index: 0, function: { name: 'lookup', arguments: '{"n":' } }),
      piece({ index: 0, id: 'a', function: { arguments: '1}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'indexes as text, of calls in turn',
    answer: [
      piece({ index: '0', id: 'a', function: { name: 'lookup', arguments: '{"n":' } }),
      piece({ index: '1', id: 'b', function: { name: 'lookup', arguments: '{"n":' } }),
      piece({ index: '0', function: { arguments: '1}' } }),
      piece({ index: '1', function: { arguments: '2}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 }), lookup({ n: 2 }, 'b')],
  },
  {
    what: 'choices with an index as text, as null, and with none',
    answer: [
      { choices: [{ index: '0', delta: { content: 'o' } }] },
      { choices: [{ index: null, delta: { content: 'k' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
    ],
    parts: okParts,
  },
  {
    what: 'the older API',
    answer: [{ choices: [{ text: 'o' }] }, { choices: [{ text: 'k', finish_reason: 'stop' }] }],
    parts: okParts,
  },
  {
    what: 'usage in parts, repeated and taken back',
    answer: [
      { ...delta({ content: 'ok' }), usage: { prompt_tokens: 9, completion_tokens: 1 } },
      { ...delta({}, 'stop'), usage: { completion_tokens: 4 } },
      { choices: [], usage: { prompt_tokens: 0, completion_tokens: null } },
      { choices: [], usage: {} },
    ],
    parts: okParts,
    reply: { usage: usage(9, 4) },
  },
  {
    what: 'usage in the way of Groq, by the names of Anthropic',
    answer: [{ ...delta({ content: 'ok' }, 'stop'), x_groq: { usage: { input_tokens: 9, output_tokens: 4 } } }],
    parts: okParts,
    reply: { usage: usage(9, 4) },
  },
  {
    what: 'a word in each chunk that says that there is none',
    answer: [delta({ content: 'o' }, 'null'), delta({ content: 'k' }, 'None'), delta({ content: '' }, 0)],
    error: { message: 'broke off', retryable: true },
  },
  {
    what: 'pieces of arguments that each repeat all so far',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: '' } }),
      ...['{', '{"n":', '{"n":1', '{"n":1}', '{"n":1}'].map((all) => piece({ index: 0, function: { arguments: all } })),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'pieces of arguments that begin alike',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: '{"n":' } }),
      piece({ index: 0, function: { arguments: '{"n":1}}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: { n: 1 } })],
  },
  {
    what: 'the words in one choice and the calls in the next',
    answer: [
      delta({ content: 'o' }),
      { choices: [{ index: 0, delta: { content: 'k' }, finish_reason: 'tool_calls' }] },
      { choices: [{ index: 1, delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'lookup' } }] } }] },
      { choices: [{ index: 1, delta: { tool_calls: [{ index: 0, function: { arguments: '{"n":1}' } }] } }] },
    ],
    parts: [...okParts, lookup({ n: 1 })],
  },
  {
    what: 'calls in two choices',
    answer: [1, 0].map((index) => ({
      choices: [
        {
          index,
          delta: {
            tool_calls: [{ index: 0, id: 'a', function: { name: 'lookup', arguments: `{"n":${String(index)}}` } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    })),
    parts: [lookup({ n: 1 })],
  },
  ...[
    ['pieces', 'o', 'k'],
    ['all so far', 'o', 'ok'],
  ].map(([what = '', ...contents]): Row => ({
    what: `messages with ${what}`,
    answer: contents.map((content, at) => ({ choices: [{ message: { content }, finish_reason: at ? 'stop' : null }] })),
    parts: okParts,
  })),
  {
    what: 'the whole message after its pieces',
    answer: [delta({ content: 'o' }), delta({ content: 'k' }), OK],
    parts: okParts,
  },
  {
    what: 'texts',
    answer: [{ choices: [{ delta: 'o' }] }, { choices: [{ delta: 'k', finish_reason: 'stop' }] }],
    parts: okParts,
  },
  {
    what: 'arguments as an object, and an empty text after them',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: { n: 1 } } }),
      piece({ index: 0, function: { arguments: '' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'two calls with one index that only their arguments tell apart',
    answer: [1, 2].map((n) =>
      delta(
        { tool_calls: [{ index: 0, function: { name: 'lookup', arguments: `{"n":${String(n)}}` } }] },
        'tool_calls',
      ),
    ),
    parts: [lookup({ n: 1 }, ''), lookup({ n: 2 }, '')],
  },
  {
    what: 'pieces of a call that each repeat its name, and say nothing else',
    answer: [
      ...['{"n":', '1', '}'].map((given) => piece({ function: { name: 'lookup', arguments: given } })),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 }, '')],
  },
]
