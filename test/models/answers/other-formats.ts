import { type Row, lookup, okParts, usage } from './row.ts'

type Format = 'chat' | 'anthropic' | 'openai'

/** The same text and the same call in each format, whole and in pieces. */
const SAID: Readonly<Record<Format, readonly (readonly [what: string, answer: object])[]>> = {
  chat: [
    [
      'a chat completion',
      {
        choices: [{ message: { content: 'ok', tool_calls: [call({ arguments: '{"n":1}' })] }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 9, completion_tokens: 4 },
      },
    ],
    [
      'chunks of a chat completion',
      [
        { choices: [], prompt_filter_results: [] },
        { choices: [{ index: 0, delta: { content: 'o' } }] },
        { choices: [{ index: 0, delta: { content: 'k' } }] },
        { choices: [{ index: 0, delta: { tool_calls: [call({ arguments: '{"n":' })] } }] },
        { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: '1}' } }] } }] },
        { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
        { choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } },
      ],
    ],
  ],
  anthropic: [
    [
      'a message of Anthropic',
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'text', text: 'ok' },
          { type: 'tool_use', id: 'a', name: 'lookup', input: { n: 1 } },
        ],
        stop_reason: 'tool_use',
        usage: { input_tokens: 9, output_tokens: 4 },
      },
    ],
    [
      'events of Anthropic',
      [
        { type: 'ping' },
        { type: 'message_start', message: { id: 'm', content: [], usage: { input_tokens: 9, output_tokens: 1 } } },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ok' } },
        { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'a', name: 'lookup' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"n":1}' } },
        { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 4 } },
        { type: 'message_stop' },
      ],
    ],
  ],
  openai: [
    ['a response of OpenAI', response()],
    [
      'events of OpenAI',
      [
        { type: 'response.created', response: { status: 'in_progress', output: [] } },
        { type: 'response.output_text.delta', delta: 'ok' },
        { type: 'response.completed', response: response() },
      ],
    ],
  ],
}

function call(called: object): object {
  return { index: 0, id: 'a', type: 'function', function: { name: 'lookup', ...called } }
}

function response(): object {
  return {
    object: 'response',
    status: 'completed',
    output: [
      { type: 'message', content: [{ type: 'output_text', text: 'ok' }] },
      { type: 'function_call', call_id: 'a', name: 'lookup', arguments: '{"n":1}' },
    ],
    usage: { input_tokens: 9, output_tokens: 4 },
  }
}

/** What is paid for and is in another format is read in that one. */
function understood(asked: Format): readonly Row[] {
  const others = Object.entries(SAID).filter(([format]) => format !== asked)
  return others.flatMap(([, answers]) =>
    answers.map(([what, answer]) => ({
      what: `in another format, ${what}`,
      answer,
      parts: [...okParts, lookup({ n: 1 })],
      reply: { finishReason: 'tool_calls' as const, usage: usage(9, 4) },
    })),
  )
}

const ollama = { model: 'x', message: { role: 'assistant', content: 'ok' }, done: true }

/** Formats that are not spoken at all: an answer that would come again is not asked for again. */
function refused(setting: string): readonly Row[] {
  const row = (name: string, answer: object | string): Row => ({
    what: `in a format that is not spoken: ${name}`,
    answer,
    error: { message: `in the format of ${name}, not of `, retryable: false },
  })
  return [
    row("Google's generateContent", { candidates: [{ content: { parts: [{ text: 'ok' }] }, finishReason: 'STOP' }] }),
    row("Cohere's own API", { message: { content: [{ type: 'text', text: 'ok' }] }, finish_reason: 'COMPLETE' }),
    row("Ollama's own API", ollama),
    row("Ollama's own API", `${JSON.stringify({ ...ollama, done: false })}\n${JSON.stringify(ollama)}\n`),
    row("Bedrock's Converse", { output: { message: { content: [{ text: 'ok' }] } }, stopReason: 'end_turn' }),
    {
      what: 'in a format that is not spoken, and names the setting',
      answer: ollama,
      error: { message: `Let ${setting} lead to an API of `, retryable: false },
    },
    {
      what: 'in a format that is not spoken, with an error of its own',
      answer: { ...ollama, message: undefined, error: 'model "x" not found' },
      error: { message: 'model "x" not found' },
    },
  ]
}

export const CHAT_IN_OTHERS: readonly Row[] = [
  ...understood('chat'),
  ...refused('OPENAI_COMPATIBLE_BASE_URL'),
  {
    what: 'in another format, and of no use',
    answer: { type: 'message', role: 'assistant', usage: { input_tokens: 9 } },
    error: {
      message: `in the format of Anthropic's messages, not of chat completions. Name the agent's model "anthropic/…"`,
      retryable: false,
      usage: usage(9, 0),
    },
  },
  {
    what: 'in another format, half a stream',
    answer: SAID.anthropic.flatMap(([, events]) => (Array.isArray(events) ? (events.slice(0, 4) as object[]) : [])),
    error: { message: 'broke off', retryable: true, usage: usage(9, 1) },
  },
]
export const ANTHROPIC_IN_OTHERS: readonly Row[] = [...understood('anthropic'), ...refused('ANTHROPIC_BASE_URL')]
export const OPENAI_IN_OTHERS: readonly Row[] = [...understood('openai'), ...refused('OPENAI_BASE_URL')]
