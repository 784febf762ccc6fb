import { choice } from './chat.ts'
import { delta } from './chat-streams.ts'
import { BIG, type Row, lookup, okParts } from './row.ts'

function toolCall(called: object, id: unknown = 'a'): object {
  return choice({ content: null, tool_calls: [{ id, type: 'function', function: called }] }, 'tool_calls')
}

const DEEP = `${'{"n":'.repeat(101)}1${'}'.repeat(101)}`

export const CHAT_CALLS: readonly Row[] = [
  {
    what: 'arguments as an object',
    answer: toolCall({ name: 'lookup', arguments: { n: 1 } }),
    parts: [lookup({ n: 1 })],
  },
  { what: 'arguments of null', answer: toolCall({ name: 'lookup', arguments: null }), parts: [lookup({})] },
  { what: 'no arguments', answer: toolCall({ name: 'lookup' }), parts: [lookup({})] },
  { what: 'empty arguments', answer: toolCall({ name: 'lookup', arguments: '' }), parts: [lookup({})] },
  {
    what: 'calls by number',
    answer: choice({ tool_calls: { 0: { id: 'a', function: { name: 'lookup', arguments: '{}' } } } }, 'tool_calls'),
    parts: [lookup({})],
  },
  {
    what: 'arguments encoded twice',
    answer: toolCall({ name: 'lookup', arguments: '"{\\"n\\":1}"' }),
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'arguments that are repeated',
    answer: toolCall({ name: 'lookup', arguments: '{"n":1}{"n":1}' }),
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'arguments after empty ones',
    answer: toolCall({ name: 'lookup', arguments: '{}{"n":1}' }),
    parts: [lookup({ n: 1 })],
  },
  { what: 'arguments of an empty list', answer: toolCall({ name: 'lookup', arguments: '[]' }), parts: [lookup({})] },
  { what: 'a list of no arguments', answer: toolCall({ name: 'lookup', arguments: [] }), parts: [lookup({})] },
  ...['```json\n{"n":"a"}\n```', '\ufeff{"n":"a"}', '{"n":"a"}}', '{"n":"a"}</tool_call>'].map((given) => ({
    what: `arguments written as ${JSON.stringify(given)}`,
    answer: toolCall({ name: 'lookup', arguments: given }),
    parts: [lookup({ n: 'a' })],
  })),
  {
    what: 'arguments with a raw line feed',
    answer: toolCall({ name: 'lookup', arguments: '{"n":"a\nb"}' }),
    parts: [lookup({ n: 'a\nb' })],
  },
  ...['functions.lookup', ' lookup\n', 'lookup<|channel|>commentary', 'functions.lookup:0'].map((name) => ({
    what: `a name written as ${JSON.stringify(name)}`,
    answer: toolCall({ name, arguments: '{}' }),
    parts: [lookup({})],
  })),
  ...[{}, { id: '', function: { name: '', arguments: '' } }, { function: { name: null, arguments: null } }].map(
    (call) => ({
      what: `no call, in the form of ${JSON.stringify(call)}`,
      answer: choice({ content: 'ok', tool_calls: [call] }, 'stop'),
      parts: okParts,
      reply: { finishReason: 'stop' as const },
    }),
  ),
  {
    what: 'nothing but no call',
    answer: choice({ content: null, tool_calls: [{}] }, 'tool_calls'),
    error: { message: 'called none', retryable: true },
  },
  {
    what: 'arguments of no tool',
    answer: toolCall({ name: '', arguments: '{"n":1}' }),
    parts: [{ ...lookup({ n: 1 }), name: '' }],
  },
  ...[
    { tool_calls: [{ id: 'a', function: '{"name":"lookup","arguments":{"n":1}}' }] },
    { tool_calls: '[{"id":"a","function":{"name":"lookup","arguments":"{\\"n\\":1}"}}]' },
    { tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'lookup', input: '{"n":1}' } }] },
    { toolCalls: [{ id: 'a', function: { name: 'lookup', arguments: '{"n":1}' } }] },
  ].map((message) => ({
    what: `a call written as ${JSON.stringify(message)}`,
    answer: choice(message, 'tool_calls'),
    parts: [lookup({ n: 1 })],
  })),
  {
    what: 'arguments of two kinds',
    answer: toolCall({ name: 'lookup', arguments: '{"n":1}{"n":2}' }),
    parts: [lookup('{"n":1}{"n":2}')],
  },
  {
    what: 'arguments that are no JSON',
    answer: toolCall({ name: 'lookup', arguments: '{"n":' }),
    parts: [lookup('{"n":')],
  },
  { what: 'arguments that are a list', answer: toolCall({ name: 'lookup', arguments: '[1]' }), parts: [lookup('[1]')] },
  {
    what: 'a number that would be rounded',
    answer: toolCall({ name: 'lookup', arguments: `{"n":${BIG}}` }),
    parts: [lookup(`{"n":${BIG}}`)],
  },
  {
    what: 'a number that would be endless',
    answer: toolCall({ name: 'lookup', arguments: '{"n":1e400}' }),
    parts: [lookup('{"n":1e400}')],
  },
  {
    what: 'a number that would be rounded, in an object',
    answer: JSON.stringify(toolCall({ name: 'lookup', arguments: { n: 'N' } })).replace('"N"', BIG),
    parts: [lookup(`{"n":${BIG}}`)],
  },
  {
    what: 'a call with a number as its id',
    answer: toolCall({ name: 'lookup', arguments: '{}' }, 7),
    parts: [lookup({}, '7')],
  },
  {
    what: 'a call without an id',
    answer: toolCall({ name: 'lookup', arguments: '{}' }, null),
    parts: [lookup({}, '')],
  },
  {
    what: 'a call in the way of functions',
    answer: choice({ content: null, function_call: { name: 'lookup', arguments: '{"n":1}' } }, 'function_call'),
    parts: [lookup({ n: 1 }, '')],
  },
  {
    what: 'a call without its function around it',
    answer: choice({ tool_calls: { id: 'a', name: 'lookup', arguments: { n: 1 } } }, 'stop'),
    parts: [lookup({ n: 1 })],
    reply: { finishReason: 'tool_calls' },
  },
  ...['parameters', 'input', 'args'].map((member) => ({
    what: `arguments by the name of ${member}`,
    answer: toolCall({ name: 'lookup', [member]: { n: 1 } }),
    parts: [lookup({ n: 1 })],
  })),
  {
    what: 'a thought signature of Google',
    answer: choice(
      {
        tool_calls: [
          { id: 'a', function: { name: 'lookup' }, extra_content: { google: { thought_signature: 'xyz' } } },
        ],
      },
      'tool_calls',
    ),
    parts: [
      { ...lookup({}), provider: { openaiCompatible: { extra_content: { google: { thought_signature: 'xyz' } } } } },
    ],
  },
  {
    what: 'arguments that are nested too deeply',
    answer: toolCall({ name: 'lookup', arguments: DEEP }),
    parts: [lookup(DEEP)],
  },
  {
    what: 'arguments that are nested too deeply, in an object',
    answer: JSON.stringify(toolCall({ name: 'lookup', arguments: { n: 'N' } })).replace('{"n":"N"}', DEEP),
    parts: [lookup(DEEP)],
  },
  {
    what: 'the words in one choice and the calls in the next',
    answer: {
      choices: [
        { message: { content: 'ok' }, finish_reason: 'tool_calls' },
        { message: { tool_calls: [{ id: 'a', function: { name: 'lookup', arguments: '{}' } }] } },
      ],
    },
    parts: [...okParts, lookup({})],
  },
  ...[
    { type: 'tool_use', id: 'a', name: 'lookup', input: { n: 1 } },
    { type: 'tool_call', id: 'a', function: { name: 'lookup', arguments: '{"n":1}' } },
    { type: 'function_call', call_id: 'a', name: 'lookup', arguments: '{"n":1}' },
    { toolUse: { toolUseId: 'a', name: 'lookup', input: { n: 1 } } },
    { functionCall: { id: 'a', name: 'lookup', args: { n: 1 } } },
  ].flatMap((block): readonly Row[] => {
    const content = [{ type: 'text', text: 'ok' }, block]
    const kind = block.type ?? Object.keys(block).join('')
    const meaning = { parts: [...okParts, lookup({ n: 1 })], reply: { finishReason: 'tool_calls' } } as const
    return [
      { what: `${kind} in the content`, answer: choice({ content }, 'stop'), ...meaning },
      { what: `${kind} in the content of a stream`, answer: [delta({ content }), delta({}, 'stop')], ...meaning },
    ]
  }),
  {
    what: 'a call that is also in the content',
    answer: choice(
      {
        content: [{ type: 'tool_use', id: 'b', name: 'lookup', input: {} }],
        tool_calls: [{ id: 'a', function: { name: 'lookup', arguments: '{"n":1}' } }],
      },
      'tool_calls',
    ),
    parts: [lookup({ n: 1 })],
  },
  {
    what: 'a call in the content of a tool that runs there',
    answer: choice({ content: ['ok', { type: 'server_tool_use', id: 'b', name: 'lookup', input: {} }] }, 'stop'),
    parts: okParts,
  },
]
