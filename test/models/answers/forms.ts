import { OK } from './chat.ts'
import { BIG, type Row, lookup, okParts, sse, usage } from './row.ts'

type Events = readonly object[]

const CHUNKS: Events = [
  { choices: [{ index: 0, delta: { content: 'o' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: { content: 'k' }, finish_reason: 'stop' }] },
  { choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } },
]
const MESSAGE = { type: 'message', content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn' }
const MESSAGE_EVENTS: Events = [
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'ok' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 9, output_tokens: 4 } },
  { type: 'message_stop' },
]
const RESPONSE = { status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: 'ok' }] }] }
const RESPONSE_EVENTS: Events = [
  { type: 'response.output_text.delta', delta: 'ok' },
  { type: 'response.completed', response: { output: [], usage: { input_tokens: 9, output_tokens: 4 } } },
]

const lines = (events: readonly unknown[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('')

/** The same of each format: what a gateway may do to an answer. */
function rows(whole: object, events: Events): readonly Row[] {
  const stream = { parts: okParts, reply: { finishReason: 'stop', usage: usage(9, 4) } } as const
  return [
    { what: 'an object in each line', answer: lines(events), ...stream },
    { what: 'objects without line ends', answer: lines(events).replaceAll('\n', ''), ...stream },
    { what: 'a list of events', answer: JSON.stringify(events), ...stream },
    { what: 'a list of one', answer: `[${JSON.stringify(whole)}]`, parts: okParts },
    { what: 'wrapped as data', answer: { code: 0, msg: 'success', data: whole }, parts: okParts },
    { what: 'wrapped as a response', answer: { response: [whole] }, parts: okParts },
    {
      what: 'wrapped as a result',
      answer: { result: whole, success: true, errors: [], messages: [] },
      parts: okParts,
    },
    { what: 'wrapped as text', answer: { statusCode: 200, body: JSON.stringify(whole) }, parts: okParts },
    { what: 'a text', answer: JSON.stringify(JSON.stringify(whole)), parts: okParts },
    { what: 'events that are wrapped', answer: sse(events.map((event) => ({ data: event }))), ...stream },
    { what: 'events that were packed twice', answer: sse(events).replaceAll('data: ', 'data: data: '), ...stream },
    { what: 'events without empty lines', answer: sse(events).replaceAll('\n\n', '\n'), ...stream },
    { what: 'lines that end as they did on a Mac', answer: sse(events).replaceAll('\n', '\r'), ...stream },
    { what: 'a whole answer as one event', answer: sse([whole]), parts: okParts },
    { what: 'something after its end', answer: `${JSON.stringify(whole)}\nTraceback: {"`, parts: okParts },
    { what: 'an end that says so', answer: `${JSON.stringify(whole, null, 2)}\n\ndata: [DONE]\n\n`, parts: okParts },
    { what: 'half an event after its end', answer: `${sse(events)}data: {"usa`, ...stream },
    { what: 'half a line after its end', answer: `${lines(events)}{"usa`, ...stream },
    {
      what: 'half of its lines',
      answer: lines(events.slice(0, 1)) + lines(events).slice(-5),
      error: { retryable: true },
    },
    {
      what: 'NaN and a raw line feed',
      answer: JSON.stringify({ logprobs: ['N', -1], ...whole })
        .replace('"N",-1', 'NaN,-Infinity')
        .replace('ok', 'o\nk'),
      parts: [{ type: 'text', text: 'o\nk' }],
    },
  ]
}

export const CHAT_FORMS: readonly Row[] = [
  ...rows(OK, CHUNKS),
  {
    what: 'an error in a line, after half a text',
    answer: lines([...CHUNKS.slice(0, 1), { error: { message: 'Gone', code: 400 } }]),
    error: { message: ': Gone.', retryable: false },
  },
  {
    what: 'an error that is wrapped',
    answer: { code: 1001, msg: 'No quota', data: null },
    error: { message: ': No quota.' },
  },
  {
    what: 'arguments that are no number',
    answer: JSON.stringify({
      choices: [
        { message: { tool_calls: [{ id: 'a', function: { name: 'lookup', arguments: { n: 'N', m: 'M' } } }] } },
      ],
    })
      .replace('"N"', 'NaN')
      .replace('"M"', BIG),
    parts: [lookup(`{"n":1e999,"m":${BIG}}`)],
  },
]
export const ANTHROPIC_FORMS = rows(MESSAGE, MESSAGE_EVENTS)
export const OPENAI_FORMS = rows(RESPONSE, RESPONSE_EVENTS)
