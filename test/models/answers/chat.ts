import { type Row, okParts, usage } from './row.ts'

export function choice(message: object, finish: unknown = 'stop', rest: object = {}): object {
  return { choices: [{ index: 0, message, finish_reason: finish }], ...rest }
}

export const OK = choice({ role: 'assistant', content: 'ok' })

/** What they say, whole. */
export const CHAT_WORDS: readonly Row[] = [
  {
    what: 'usage as text',
    answer: { ...OK, usage: { prompt_tokens: null, completion_tokens: '5' } },
    parts: okParts,
    reply: { usage: usage(0, 5) },
  },
  {
    what: 'usage below zero and in parts',
    answer: { ...OK, usage: { prompt_tokens: -1, completion_tokens: 2.5 } },
    parts: okParts,
    reply: { usage: usage(0, 0) },
  },
  {
    what: 'usage that no sum can hold',
    answer: { ...OK, usage: { prompt_tokens: Number.MAX_SAFE_INTEGER, completion_tokens: 1e9 } },
    parts: okParts,
    reply: { usage: usage(0, 1e9) },
  },
  { what: 'one part as its content', answer: choice({ content: { type: 'text', text: 'ok' } }), parts: okParts },
  { what: 'a value as its content', answer: choice({ content: { n: 1 } }), parts: [{ type: 'text', text: '{"n":1}' }] },
  { what: 'a number as its content', answer: choice({ content: 4 }), parts: [{ type: 'text', text: '4' }] },
  ...(
    [
      ['beside the output', { completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 94 } }, 94],
      ['in place of the output', { completion_tokens: 0, output_tokens_details: { reasoning_tokens: 103 } }, 103],
      ['in the output', { completion_tokens: 103, completion_tokens_details: { reasoning_tokens: 94 } }, 94],
      ['in the total alone', { completion_tokens: 9 }, 0],
    ] as const
  ).map(([where, given, reasoningTokens]) => ({
    what: `thoughts that are counted ${where}`,
    answer: { ...OK, usage: { prompt_tokens: 32, total_tokens: 135, ...given } },
    parts: okParts,
    reply: { usage: { ...usage(32, 103), reasoningTokens } },
  })),
  {
    what: 'a total with what was cached beside the input',
    answer: { ...OK, usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 106, cached_tokens: 100 } },
    parts: okParts,
    reply: { usage: { ...usage(4, 2), cachedInputTokens: 100 } },
  },
  { what: 'a text as its message', answer: { choices: [{ message: 'ok', finish_reason: 'stop' }] }, parts: okParts },
  ...[{ code: 200, message: 'success' }, { code: 0, message: 'OK', type: null, details: [] }, 'none', '0'].map(
    (error) => ({
      what: `an error that is none: ${JSON.stringify(error)}`,
      answer: { ...OK, error },
      parts: okParts,
    }),
  ),
  { what: 'an error without anything in it', answer: { ...OK, error: { code: null, message: '' } }, parts: okParts },
  {
    what: 'usage beyond all numbers',
    answer: JSON.stringify({ ...OK, usage: { prompt_tokens: 1 } }).replace('1}}', '1e400}}'),
    parts: okParts,
    reply: { usage: usage(0, 0) },
  },
  { what: 'a number as its id', answer: { ...OK, id: 12_345, created: 'today' }, parts: okParts },
  { what: 'another role', answer: choice({ role: 'model', content: 'ok' }), parts: okParts },
  {
    what: 'content in parts',
    answer: choice({ content: [{ type: 'text', text: 'o' }, 'k'] }),
    parts: [
      { type: 'text', text: 'o' },
      { type: 'text', text: 'k' },
    ],
  },
  {
    what: 'content in parts of other forms',
    answer: choice({
      content: [
        { type: 'text', text: { value: 'o' } },
        { type: 'text', content: 'k' },
      ],
    }),
    parts: [
      { type: 'text', text: 'o' },
      { type: 'text', text: 'k' },
    ],
  },
  {
    what: 'reasoning',
    answer: choice({ content: 'ok', reasoning: 'Hm', reasoning_content: null }),
    parts: [{ type: 'reasoning', text: 'Hm' }, ...okParts],
  },
  { what: 'the older API', answer: { choices: [{ text: 'ok', finish_reason: 'stop' }] }, parts: okParts },
  { what: 'a byte order mark', answer: `\ufeff${JSON.stringify(OK)}`, parts: okParts },
  { what: 'white space that keeps the connection alive', answer: `\n\n \n${JSON.stringify(OK)}`, parts: okParts },
  {
    what: 'comments that keep the connection alive',
    answer: `\ufeff: PROCESSING\n\n: PROCESSING\r\n\r\n${JSON.stringify(OK)}`,
    parts: okParts,
  },
  { what: 'half a character', answer: choice({ content: 'ok\ud83d' }), parts: [{ type: 'text', text: 'ok\ufffd' }] },
]
