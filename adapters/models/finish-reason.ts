import type { FinishReason } from '#domain/agent/turn-event.ts'
import { type JsonRecord, firstOf } from './json-reading.ts'

/** `error`: the answer is not to be used. */
export type Ending = FinishReason | 'error'

/** The words of Anthropic, OpenAI and Google, and of servers that speak like one of them. In lower case, with `_` between words. */
const WORDS: Readonly<Record<Exclude<Ending, 'other'>, readonly string[]>> = {
  stop: [
    'stop',
    'finish',
    'end_turn',
    'stop_sequence',
    'eos',
    'eos_token',
    'end',
    'done',
    'complete',
    'completed',
    'finished',
    ...['normal', 'success', 'succeeded', 'eos_found', 'stop_string_found', 'stopped_eos', 'stopped_word'],
  ],
  tool_calls: ['tool_calls', 'tool_call', 'tool_use', 'function_call', 'function_calls'],
  length: [
    ...['length', 'max_length', 'model_length', 'context_length', 'token_limit', 'truncated'],
    ...['max_tokens', 'max_output_tokens', 'max_completion_tokens', 'model_context_window_exceeded'],
    ...['max_new_tokens', 'max_predicted_tokens_reached', 'context_length_reached', 'stopped_limit', 'error_limit'],
  ],
  content_filter: [
    ...[
      'content_filter',
      'content_filtered',
      'refusal',
      'safety',
      'image_safety',
      'recitation',
      'language',
      'sensitive',
    ],
    ...['blocklist', 'prohibited_content', 'spii', 'moderation', 'guardrail', 'guardrail_intervened'],
    ...['model_armor', 'error_toxic', 'content_policy', 'policy_violation', 'unsafe'],
  ],
  error: [
    ...['error', 'failed', 'server_error', 'network_error', 'timeout', 'engine_overloaded'],
    ...['cancelled', 'canceled', 'abort', 'aborted', 'interrupted', 'in_progress', 'queued'],
    ...['insufficient_system_resource', 'unexpected_tool_call', 'too_many_tool_calls', 'missing_thought_signature'],
    ...['user_cancel', 'user_stopped', 'model_unloaded', 'not_finished', 'overloaded', 'rate_limit'],
  ],
}

const ENDINGS: ReadonlyMap<string, Ending> = new Map(
  Object.entries(WORDS).flatMap(([ending, words]) => words.map((word) => [word, ending as Ending] as const)),
)

/** Why an answer ended, in the provider's own word, which stands in one of these members; `''` when none says it. */
export function finishIn(given: JsonRecord, names: readonly string[]): string {
  return names.map((name) => wordIn(given[name])).find((word) => word !== '') ?? ''
}

/** Some servers say it as a number, or in an object, or write out that there is none. */
function wordIn(value: unknown): string {
  if (typeof value === 'object' && value !== null) return wordIn(firstOf(value as JsonRecord, ['type', 'reason', '0']))
  if (typeof value === 'number') return value === 0 ? '' : String(value)
  return typeof value === 'string' && !/^\s*(?:null|none)?\s*$/i.test(value) ? value : ''
}

const LONGEST_WORD = 200

/** Of words that are not known. */
const PARTS: readonly (readonly [Ending, RegExp])[] = [
  [
    'error',
    /(?:^|_)(?:error|exception|malformed|busy|unavailable|overload(?:ed)?|rate_limit(?:ed)?|quota|billing)(?:_|$)/,
  ],
  ['content_filter', /(?:^|_)(?<!\bnot_)(?:filter(?:ed)?|blocked|refused|prohibited|unsafe|safety|violation)(?:_|$)/],
  ['length', /(?:^|_)(?:length|budget|token_limit|context_(?:window|limit)|max(?:imum)?_(?:\w+_)?tokens)(?:_|$)/],
  ['stop', /^(?:end_of_\w+|eos_\w+|stop_\w+)$/],
]

/** What a provider's word for the end of an answer means; `other` when it is not known or there is none. */
export function endingFrom(word: string): Ending {
  // Google's endpoint writes two: "content_filter: PROHIBITED_CONTENT".
  const [first = '', second = ''] = word.slice(0, LONGEST_WORD).split(':').map(plainWord)
  const known = ENDINGS.get(second) ?? ENDINGS.get(first)
  return known ?? PARTS.find(([, part]) => part.test(`${first}_${second}`))?.[0] ?? 'other'
}

/** In lower case, without the name of the enumeration. */
function plainWord(word: string): string {
  const snake = word
    .trim()
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replaceAll(/[\s.-]+/g, '_')
  return snake.replace(/^(?:finish|stop)_reason_/, '')
}
