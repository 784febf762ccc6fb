import { OK, choice } from './chat.ts'
import { type Row, okParts, usage } from './row.ts'

/** How they end, and how they fail. */
export const CHAT_ENDINGS: readonly Row[] = [
  {
    what: 'another word for its end',
    answer: choice({ content: 'ok' }, 'eos'),
    parts: okParts,
    reply: { finishReason: 'stop', rawFinishReason: 'eos' },
  },
  ...(
    [
      ['STOP', 'stop'],
      ['Finish', 'stop'],
      ['endTurn', 'stop'],
      ['MAX_TOKENS', 'length'],
      ['content_filter: PROHIBITED_CONTENT', 'content_filter'],
      ['content_filter: OTHER', 'content_filter'],
      ['FinishReason.STOP', 'stop'],
      ['STOP_REASON_END_TURN', 'stop'],
      ['eosFound', 'stop'],
      ['maxPredictedTokensReached', 'length'],
      ['ERROR_TOXIC', 'content_filter'],
      [{ type: 'stop', matched: 5 }, 'stop'],
      [{ reason: 'length' }, 'length'],
      ['context_length_exceeded', 'length'],
      ['maximum-new-tokens', 'length'],
      ['BLOCKED_BY_FILTER', 'content_filter'],
      ['refused', 'content_filter'],
      ['end-of-turn', 'stop'],
      ['stop_by_length', 'length'],
      ['end_of_budget', 'length'],
      ['not_blocked', 'other'],
      ['repetition', 'other'],
      [['stop'], 'stop'],
      [1, 'other'],
      ['', 'other'],
      [' ', 'other'],
      [true, 'other'],
    ] as const
  ).map(([finish, finishReason]) => ({
    what: `the end ${JSON.stringify(finish)}`,
    answer: choice({ content: 'ok' }, finish),
    parts: okParts,
    reply: { finishReason },
  })),
  ...[
    ...['function_call_filter: MALFORMED_FUNCTION_CALL', 'malformed_tool_use', 'upstream_error', 'USER_CANCEL'],
    ...['server_busy', 'rate_limited', 'serviceUnavailable', 'insufficient_quota'],
  ].map((word) => ({
    what: `the end ${word}`,
    answer: choice({ content: 'ok' }, word),
    error: { message: `ended early (${word})`, retryable: true },
  })),
  {
    what: 'its end by another name',
    answer: { choices: [{ message: { content: 'ok' }, finish_reason: null, native_finish_reason: 'STOP' }] },
    parts: okParts,
    reply: { finishReason: 'stop', rawFinishReason: 'STOP' },
  },
  {
    what: 'an unknown word for its end',
    answer: choice({ content: 'ok' }, 'banana'),
    parts: okParts,
    reply: { finishReason: 'other', rawFinishReason: 'banana' },
  },
  {
    what: 'no word for its end',
    answer: choice({ content: 'ok' }, null),
    parts: okParts,
    reply: { finishReason: 'other' },
  },
  {
    what: 'a refusal',
    answer: choice({ content: null, refusal: 'No.' }),
    parts: [{ type: 'text', text: 'No.' }],
    reply: { finishReason: 'content_filter' },
  },
  {
    what: 'a refusal in its content',
    answer: choice({ content: [{ type: 'refusal', refusal: 'No.' }] }),
    parts: [{ type: 'text', text: 'No.' }],
    reply: { finishReason: 'content_filter' },
  },
  {
    what: 'a refusal in the content of a stream',
    answer: ['N', 'o.'].map((refusal, n) => ({
      choices: [{ delta: { content: [{ type: 'refusal', refusal }] }, finish_reason: n === 1 ? 'stop' : null }],
    })),
    parts: [{ type: 'text', text: 'No.' }],
    reply: { finishReason: 'content_filter' },
  },
  {
    what: 'choices by number',
    answer: { choices: { 0: { message: { content: 'ok' }, finish_reason: 'stop' } } },
    parts: okParts,
    reply: { finishReason: 'stop' },
  },
  {
    what: 'nothing of an answer, with a delay',
    answer: { state: 'loading', retry_after: 30 },
    error: { message: 'It has no answer in it, only: state, retry_after.', retryable: true, retryAfterMs: 30_000 },
  },
  {
    what: 'nothing of an answer, with a code',
    answer: { success: false, code: 'insufficient_quota' },
    error: { message: 'It has no answer in it, only: success, code.', retryable: false },
  },
  {
    what: 'nothing of an answer, in a list of another format',
    answer: { id: 'x', output: [], state: 'starting' },
    error: { message: '', retryable: true },
  },
  {
    what: 'nothing of an answer',
    answer: { object: 'list', data: [] },
    error: { message: 'brought no usable answer: It has no answer in it, only: object, data.', retryable: true },
  },
  {
    what: 'half a text, cut by its length',
    answer: choice({ content: 'ok' }, 'length'),
    parts: okParts,
    reply: { finishReason: 'length' },
  },
  {
    what: 'an error in place of its end',
    answer: {
      choices: [{ message: { content: '' }, finish_reason: 'error', error: { code: 502, message: 'Upstream error' } }],
    },
    error: { message: 'brought no usable answer: Upstream error.', retryable: true },
  },
  {
    what: 'an error after half a text',
    answer: choice({ content: 'ok' }, 'error'),
    error: { message: 'brought no usable answer: The answer ended early (error).', retryable: true },
  },
  {
    what: 'nothing that has cost something',
    answer: choice({ content: '' }, 'stop', { usage: { prompt_tokens: 9, completion_tokens: 1 } }),
    error: { message: 'The answer was empty', usage: usage(9, 1) },
  },
  { what: 'nothing', answer: choice({ content: '' }), error: { message: 'The answer was empty', retryable: true } },
  {
    what: 'nothing but white space',
    answer: choice({ content: ' \n ' }),
    error: { message: 'The answer was empty', retryable: true },
  },
  {
    what: 'calls that are not there',
    answer: choice({ content: null, tool_calls: [] }, 'tool_calls'),
    error: { message: 'called none', retryable: true },
  },
  {
    what: 'usage by other names',
    answer: choice({ content: 'ok' }, 'stop', { usage: { promptTokens: 9, completionTokens: '4' } }),
    parts: okParts,
    reply: { usage: usage(9, 4) },
  },
  {
    what: 'the page of a proxy, after half a text',
    answer: 'data: {"choices":[{"delta":{"content":"ok"}}]}\n\n<html>\n<head><title>502 Bad Gateway</title></head>\n',
    error: { message: ': 502 Bad Gateway.', retryable: true },
  },
  { what: 'no choices', answer: { choices: [] }, error: { message: 'brought no usable answer.', retryable: true } },
  {
    what: 'an error that ends all hope',
    answer: { error: { message: 'Insufficient credits. Add more.', code: 402 } },
    error: { message: 'brought no usable answer: Insufficient credits. Add more.', retryable: false },
  },
  {
    what: 'an error beside no choices',
    answer: { id: null, choices: null, error: { message: 'No endpoints', code: 404 } },
    error: { message: ': No endpoints.', retryable: false },
  },
  {
    what: 'an error in the way of MiniMax',
    answer: { choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } },
    error: { message: ': insufficient balance.', retryable: false },
  },
  {
    what: 'an error in the way of Tencent',
    answer: { Response: { Error: { Code: 'InternalError', Message: 'Gone' } } },
    error: { message: ': Gone.', retryable: true },
  },
  {
    what: 'an error that may pass',
    answer: { error: { message: 'Rate limit exceeded, try again in 2s', code: 429 } },
    error: { message: 'Rate limit exceeded', retryable: true, retryAfterMs: 2000 },
  },
  {
    what: 'an error as a text',
    answer: 'upstream timed out',
    error: { message: ': upstream timed out.', retryable: true },
  },
  { what: 'a page', answer: '<!doctype html><title>Log in</title>', error: { message: ': Log in.', retryable: true } },
  {
    what: 'half of its JSON',
    answer: JSON.stringify(OK).slice(0, -5),
    error: { message: 'brought no usable answer: It could not be read.', retryable: true },
  },
  { what: 'not a byte', answer: '', error: { message: 'brought no usable answer: ', retryable: true } },
  {
    what: 'an error beside half a text',
    answer: { ...choice({ content: 'ok' }, null), error: { message: 'Upstream', code: 400 } },
    error: { message: ': Upstream.', retryable: false },
  },
  {
    what: 'an error beside a text that says it is whole',
    answer: { ...choice({ content: 'ok' }), error: { message: 'Upstream', code: 502 } },
    error: { message: ': Upstream.', retryable: true },
  },
]
