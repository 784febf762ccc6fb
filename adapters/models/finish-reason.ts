import type { FinishReason } from '#domain/agent/turn-event.ts'

/** `error`: the answer is not to be used. */
export type Ending = FinishReason | 'error'

/** The words of Anthropic, OpenAI and Google, and of servers that speak like one of them. In lower case, with `_` between words. */
const WORDS: Readonly<Record<Exclude<Ending, 'other'>, readonly string[]>> = {
  stop: ['stop', 'end_turn', 'stop_sequence', 'eos', 'eos_token', 'end', 'done', 'complete', 'completed', 'finished'],
  tool_calls: ['tool_calls', 'tool_call', 'tool_use', 'function_call', 'function_calls'],
  length: [
    ...['length', 'max_length', 'model_length', 'context_length', 'token_limit', 'truncated'],
    ...['max_tokens', 'max_output_tokens', 'max_completion_tokens', 'model_context_window_exceeded'],
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
  ],
  error: [
    ...['error', 'failed', 'server_error', 'network_error', 'timeout', 'engine_overloaded'],
    ...['cancelled', 'canceled', 'abort', 'aborted', 'interrupted', 'in_progress', 'queued'],
    ...['insufficient_system_resource', 'malformed_function_call', 'unexpected_tool_call'],
  ],
}

const ENDINGS: ReadonlyMap<string, Ending> = new Map(
  Object.entries(WORDS).flatMap(([ending, words]) => words.map((word) => [word, ending as Ending] as const)),
)

/** What a provider's word for the end of an answer means; `other` when it is not known or there is none. */
export function endingFrom(word: string): Ending {
  const plain = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
  return ENDINGS.get(plain.replace(/^finish_reason_/, '')) ?? 'other'
}
