import type { AssistantPart } from '#domain/agent/message.ts'
import { BIG, type Row, lookup, okParts, usage } from './row.ts'

function response(output: readonly object[], rest: object = { status: 'completed' }): object {
  return { id: 'r', object: 'response', output, ...rest }
}

const outputText = (...texts: readonly string[]): object => ({
  type: 'message',
  id: 'i',
  role: 'assistant',
  status: 'completed',
  content: texts.map((text) => ({ type: 'output_text', text })),
})
const functionCall = (given: unknown): object => ({
  type: 'function_call',
  id: 'fc',
  call_id: 'a',
  name: 'lookup',
  arguments: given,
})
const spoken = [{ type: 'text', text: 'ok', provider: { openai: { itemId: 'i' } } }] as const
const called = (input: unknown): Partial<AssistantPart> => ({
  ...lookup(input),
  provider: { openai: { itemId: 'fc' } },
})

export const OPENAI_ANSWERS: readonly Row[] = [
  {
    what: 'usage as text',
    answer: response([outputText('ok')], { status: 'completed', usage: { input_tokens: '3', output_tokens: -1 } }),
    parts: spoken,
    reply: { usage: usage(3, 0), finishReason: 'stop' },
  },
  {
    what: 'what was cached',
    answer: response([outputText('ok')], {
      status: 'completed',
      usage: { input_tokens: 9, input_tokens_details: { cached_tokens: 5, cache_write_tokens: 3 }, output_tokens: 4 },
    }),
    parts: spoken,
    reply: { usage: { ...usage(9, 4), cachedInputTokens: 5, cacheWriteTokens: 3 } },
  },
  {
    what: 'what was cached for an answer of no use',
    answer: response([], {
      status: 'completed',
      usage: { input_tokens: 9, input_tokens_details: { cached_tokens: 5, cache_write_tokens: 3 }, output_tokens: 1 },
    }),
    error: { usage: { ...usage(9, 1), cachedInputTokens: 5, cacheWriteTokens: 3 } },
  },
  {
    what: 'no status but those of its items',
    answer: response([outputText('ok')], {}),
    parts: spoken,
    reply: { finishReason: 'stop' },
  },
  {
    what: 'no status at all',
    answer: response([{ ...outputText('ok'), status: null }], {}),
    parts: spoken,
    reply: { finishReason: 'other' },
  },
  { what: 'a text without items', answer: { output: [], output_text: 'ok', status: 'completed' }, parts: okParts },
  { what: 'items of another kind', answer: response([{ type: 'web_search_call' }, outputText('ok')]), parts: spoken },
  {
    what: 'arguments as an object',
    answer: response([functionCall({ n: 1 })]),
    parts: [called({ n: 1 })],
    reply: { finishReason: 'tool_calls' },
  },
  { what: 'no arguments', answer: response([functionCall(undefined)]), parts: [called({})] },
  {
    what: 'a number that would be rounded',
    answer: response([functionCall(`{"n":${BIG}}`)]),
    parts: [called(`{"n":${BIG}}`)],
  },
  {
    what: 'reasoning',
    answer: response([{ type: 'reasoning', id: 'rs', encrypted_content: 'e', summary: [] }, outputText('ok')]),
    parts: [
      { type: 'reasoning', text: '', provider: { openai: { itemId: 'rs', reasoningEncryptedContent: 'e' } } },
      ...spoken,
    ],
  },
  {
    what: 'a refusal',
    answer: response([{ type: 'message', id: 'i', content: [{ type: 'refusal', refusal: 'No.' }] }]),
    parts: [{ type: 'text', text: 'No.' }],
    reply: { finishReason: 'content_filter' },
  },
  {
    what: 'an end by its length',
    answer: response([outputText('ok')], { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
    parts: spoken,
    reply: { finishReason: 'length', rawFinishReason: 'max_output_tokens' },
  },
  {
    what: 'an end by the filter',
    answer: response([], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }),
    parts: [],
    reply: { finishReason: 'content_filter' },
  },
  {
    what: 'an end without a reason',
    answer: response([outputText('ok')], { status: 'incomplete' }),
    parts: spoken,
    reply: { finishReason: 'other' },
  },
  {
    what: 'a failure',
    answer: response([], { status: 'failed', error: { code: 'server_error', message: 'Oops' } }),
    error: { message: ': Oops.', retryable: true },
  },
  {
    what: 'a failure that ends all hope',
    answer: response([], { status: 'failed', error: { code: 'insufficient_quota', message: 'Oops' } }),
    error: { message: ': Oops.', retryable: false },
  },
  {
    what: 'a failure that says elsewhere why',
    answer: response([], { status: 'failed', error: null, status_details: { error: { message: 'Oops' } } }),
    error: { message: ': Oops.', retryable: true },
  },
  {
    what: 'a cancellation',
    answer: response([outputText('ok')], { status: 'cancelled' }),
    error: { message: 'ended early (cancelled)', retryable: true },
  },
  { what: 'nothing', answer: response([]), error: { message: 'The answer was empty', retryable: true } },
  {
    what: 'an error that is none',
    answer: response([outputText('ok')], { error: { code: '0', message: 'success' } }),
    parts: okParts,
  },
  {
    what: 'an error',
    answer: { error: { message: 'Oops', code: 'rate_limit_exceeded' } },
    error: { message: ': Oops.', retryable: true },
  },
  {
    what: 'a stream',
    answer: [
      { type: 'response.created', response: response([], { status: 'in_progress' }) },
      { type: 'response.output_text.delta', item_id: 'i', delta: 'ok' },
      { type: 'response.completed', response: response([outputText('ok')]) },
    ],
    parts: spoken,
    reply: { finishReason: 'stop' },
  },
  {
    what: 'a stream whose end repeats nothing',
    answer: [
      { type: 'response.output_item.added', output_index: 0, item: { ...outputText(), status: 'in_progress' } },
      { type: 'response.output_text.delta', delta: 'ok' },
      { type: 'response.output_item.done', output_index: 0, item: outputText('ok') },
      { type: 'response.completed' },
    ],
    parts: spoken,
    reply: { finishReason: 'stop' },
  },
  {
    what: 'a stream that fails',
    answer: [
      {
        type: 'response.failed',
        response: response([], { status: 'failed', error: { code: 'server_error', message: 'Oops' } }),
      },
    ],
    error: { message: ': Oops.', retryable: true },
  },
  {
    what: 'half a stream',
    answer: [{ type: 'response.output_text.delta', delta: 'ok' }],
    error: { message: 'broke off', retryable: true },
  },
  { what: 'a text as the content of an item', answer: response([{ ...outputText(), content: 'ok' }]), parts: spoken },
  {
    what: 'an error beside half a text',
    answer: response([outputText('ok')], { status: 'incomplete', error: { code: 'server_error', message: 'Oops' } }),
    error: { message: ': Oops.', retryable: true },
  },
  {
    what: 'a stream of items without an index',
    answer: [
      { type: 'response.output_item.added', item: functionCall('') },
      { type: 'response.output_item.done', item: functionCall('{"n":1}') },
      { type: 'response.output_item.done', item: { ...functionCall('{"n":2}'), id: 'fc2', call_id: 'b' } },
      { type: 'response.completed' },
    ],
    parts: [called({ n: 1 }), { ...lookup({ n: 2 }, 'b'), provider: { openai: { itemId: 'fc2' } } }],
  },
  {
    what: 'a stream with the arguments of a call in pieces alone',
    answer: [
      { type: 'response.output_item.added', output_index: 0, item: functionCall('') },
      { type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'fc', delta: '{"n":' },
      { type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'fc', delta: '1}' },
      { type: 'response.completed', response: response([]) },
    ],
    parts: [called({ n: 1 })],
  },
  {
    what: 'a stream with the arguments of a call by themselves',
    answer: [
      { type: 'response.output_item.added', item: functionCall('') },
      { type: 'response.function_call_arguments.done', item_id: 'fc', arguments: '{"n":1}' },
      { type: 'response.completed' },
    ],
    parts: [called({ n: 1 })],
  },
  {
    what: 'a stream that refuses, and does not repeat it',
    answer: [
      { type: 'response.refusal.delta', delta: 'No.' },
      { type: 'response.completed', response: response([]) },
    ],
    parts: [{ type: 'text', text: 'No.' }],
    reply: { finishReason: 'content_filter' },
  },
]
