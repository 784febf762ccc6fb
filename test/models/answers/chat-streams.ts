import { OK } from './chat.ts'
import { BIG, type Row, lookup, okParts, sse, usage } from './row.ts'

export function delta(fields: object, finish: unknown = null): object {
  return { choices: [{ index: 0, delta: fields, finish_reason: finish }] }
}

export function piece(fields: object): object {
  return delta({ tool_calls: [fields] })
}

export const CHAT_STREAMS: readonly Row[] = [
  {
    what: 'usage after all choices',
    answer: [
      delta({ content: 'o' }),
      delta({ content: 'k' }, 'stop'),
      { usage: { prompt_tokens: 9, completion_tokens: '4' } },
    ],
    parts: okParts,
    reply: { usage: usage(9, 4), finishReason: 'stop' },
  },
  {
    what: 'pings, comments and empty data',
    answer: `: hello\n\nevent: ping\ndata: {}\n\ndata:\n\ndata: keep-alive\n\n${sse([delta({ content: 'ok' }, 'stop')])}data: [DONE]\n\n`,
    parts: okParts,
  },
  {
    what: 'lines that end as on Windows',
    answer: sse([delta({ content: 'ok' }, 'stop')]).replaceAll('\n', '\r\n'),
    parts: okParts,
  },
  { what: 'no empty line in the end', answer: sse([delta({ content: 'ok' }, 'stop')]).trimEnd(), parts: okParts },
  { what: 'a byte order mark', answer: `\ufeff${sse([delta({ content: 'ok' }, 'stop')])}`, parts: okParts },
  {
    what: 'line breaks as they are, before a page',
    answer:
      'data: {"choices":[{"delta":{"content":"\n<!doctype html>\n<h1>Title</h1>\n"},"finish_reason":"stop"}]}\n\n',
    parts: [{ type: 'text', text: '\n<!doctype html>\n<h1>Title</h1>\n' }],
  },
  {
    what: 'the default name of its events written out',
    answer: sse([{ id: 'c' }, delta({ content: 'ok' }, 'stop')]).replaceAll('data:', 'event: message\ndata:'),
    parts: okParts,
  },
  {
    what: 'a first event that says how the server is',
    answer: [{ done: false, status: 'loading' }, { choices: null }, delta({ content: 'ok' }, 'stop')],
    parts: okParts,
  },
  { what: 'one chunk with the whole message', answer: [OK], parts: okParts },
  {
    what: 'no word for its end, but an end',
    answer: `${sse([delta({ content: 'ok' })])}data: [DONE]\n\n`,
    parts: okParts,
    reply: { finishReason: 'other' },
  },
  {
    what: 'half a text',
    answer: [delta({ content: 'ok' })],
    error: { message: 'The stream broke off before the answer was whole', retryable: true },
  },
  {
    what: 'half a call',
    answer: [piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: '{"n"' } })],
    error: { message: 'broke off', retryable: true },
  },
  {
    what: 'a chunk that is no JSON',
    answer: `${sse([delta({ content: 'ok' })])}data: {"choices"\n\n`,
    error: { message: 'could not be read', retryable: true },
  },
  {
    what: 'an error after half a text',
    answer: [delta({ content: 'ok' }), { error: { message: 'Too long', code: 400 } }],
    error: { message: ': Too long.', retryable: false },
  },
  {
    what: 'an error event',
    answer: `${sse([delta({ content: 'ok' })])}event: error\ndata: {"message":"Gone"}\n\n`,
    error: { message: ': Gone.', retryable: true },
  },
  ...['data: "[DONE]"', 'data:[done]', 'data: DONE', '[DONE]', 'event: done\ndata: {}'].map((end) => ({
    what: `an end written as ${JSON.stringify(end)}`,
    answer: `${sse([delta({ content: 'ok' })])}${end}\n\n`,
    parts: okParts,
    reply: { finishReason: 'other' as const },
  })),
  ...['error: {"message":"Gone","code":400}', '{"error":{"message":"Gone","code":400}}'].flatMap((line) => [
    {
      what: `an error after half a text, written as ${line}`,
      answer: `${sse([delta({ content: 'ok' })])}${line}\n\n`,
      error: { message: ': Gone.', retryable: false },
    },
    {
      what: `nothing but an error written as ${line}`,
      answer: `${line}\n\n`,
      error: { message: ': Gone.', retryable: false },
    },
  ]),
  ...['Error: Gone', '[ERROR] Gone'].map((words) => ({
    what: `an error in words: ${words}`,
    answer: `${sse([delta({ content: 'ok' })])}data: ${words}\n\n`,
    error: { message: `: ${words}.`, retryable: true },
  })),
  {
    what: 'an event on several lines, of which one begins with its field',
    answer: `data: ${JSON.stringify({ ...delta({ content: 'ok' }, 'stop'), error: null }, null, 1)}\n\n`,
    parts: okParts,
  },
  {
    what: 'an error in a choice',
    answer: [
      { choices: [{ delta: { content: 'ok' }, finish_reason: 'error' }], error: { code: 502, message: 'Upstream' } },
    ],
    error: { message: ': Upstream.', retryable: true },
  },
  {
    what: 'arguments in pieces',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: '' } }),
      piece({ index: 0, function: { arguments: '{"n"' } }),
      piece({ index: 0, id: '', function: { arguments: ':1}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'calls that share an index',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: '{"n":1}' } }),
      piece({ index: 0, id: 'b', function: { name: 'lookup', arguments: '{"n":2}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 }), lookup({ n: 2 }, 'b')],
  },
  {
    what: 'calls that share an id',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: '{"n":1}' } }),
      piece({ index: 1, id: 'a', function: { name: 'lookup', arguments: '{"n":2}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 }), lookup({ n: 2 })],
  },
  {
    what: 'calls with neither',
    answer: [
      piece({ function: { name: 'lookup', arguments: '{"n":' } }),
      piece({ function: { arguments: '1}' } }),
      piece({ function: { name: 'lookup', arguments: { n: 2 } } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 }, ''), lookup({ n: 2 }, '')],
  },
  {
    what: 'no arguments',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: null } }),
      piece({ index: 0 }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({})],
  },
  {
    what: 'a number that would be rounded',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: `{"n":${BIG}` } }),
      piece({ index: 0, function: { arguments: '}' } }),
      delta({}, 'stop'),
    ],
    parts: [lookup(`{"n":${BIG}}`)],
  },
  {
    what: 'an object with a number that would be rounded',
    answer: sse([
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: { n: 'N' } } }),
      delta({}, 'stop'),
    ]).replace('"N"', BIG),
    parts: [lookup(`{"n":${BIG}}`)],
  },
  {
    what: 'reasoning',
    answer: [
      delta({ reasoning_content: 'H' }),
      delta({ reasoning: 'm', content: null }),
      delta({ content: 'ok' }),
      delta({ content: '' }, 'stop'),
    ],
    parts: [{ type: 'reasoning', text: 'Hm' }, ...okParts],
  },
  {
    what: 'a character in two halves',
    answer: [delta({ content: 'ok\ud83d' }), delta({ content: '\ude00' }, 'stop')],
    parts: [{ type: 'text', text: 'ok😀' }],
  },
  {
    what: 'an error in the last choice, which says that it has stopped',
    answer: [{ choices: [{ delta: { content: 'ok' }, finish_reason: 'stop', error: { message: 'Upstream' } }] }],
    error: { message: ': Upstream.', retryable: true },
  },
  {
    what: 'an error that is none',
    answer: [{ ...delta({ content: 'ok' }, 'stop'), error: { code: 200, message: 'OK' } }],
    parts: okParts,
  },
  {
    what: 'an error without anything in it',
    answer: [{ ...delta({ content: 'ok' }, 'stop'), error: {} }],
    parts: okParts,
  },
  {
    what: 'usage in a choice',
    answer: [{ choices: [{ delta: { content: 'ok' }, finish_reason: 'stop', usage: { prompt_tokens: 9 } }] }],
    parts: okParts,
    reply: { usage: usage(9, 0) },
  },
  {
    what: 'a second choice',
    answer: [
      delta({ content: 'o' }),
      { choices: [{ index: 1, delta: { content: 'no' }, finish_reason: 'length' }] },
      delta({ content: 'k' }, 'stop'),
    ],
    parts: okParts,
    reply: { finishReason: 'stop' },
  },
  {
    what: 'a new id for each piece of a call',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: '{"n":' } }),
      piece({ index: 0, id: 'b', function: { arguments: '1}' } }),
      piece({ index: 1, id: 'c', function: { name: 'lookup', arguments: '{"n"' } }),
      piece({ index: 1, id: 'd', function: { arguments: ':2}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 }), lookup({ n: 2 }, 'c')],
  },
  {
    what: 'pieces of calls that share an index, by their ids',
    answer: [
      piece({ index: 0, id: 'a', function: { name: 'lookup', arguments: '{"n":' } }),
      piece({ index: 0, id: 'b', function: { name: 'lookup', arguments: '{"n":2}' } }),
      piece({ index: 0, id: 'a', function: { arguments: '1}' } }),
      delta({}, 'tool_calls'),
    ],
    parts: [lookup({ n: 1 }), lookup({ n: 2 }, 'b')],
  },
]
