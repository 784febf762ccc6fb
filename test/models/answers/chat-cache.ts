import { OK, choice } from './chat.ts'
import { type Row, okParts, usage } from './row.ts'

function cached(what: string, said: object, wrote = 0): Row {
  return {
    what: `what was cached, as ${what} says it`,
    answer: { ...OK, usage: { prompt_tokens: 9, completion_tokens: 4, ...said } },
    parts: okParts,
    reply: { usage: { ...usage(9, 4), cachedInputTokens: 5, cacheWriteTokens: wrote } },
  }
}

/** What servers say of their caches, each in its own words. */
export const CHAT_CACHES: readonly Row[] = [
  cached('OpenAI', { prompt_tokens_details: { cached_tokens: 5 } }),
  cached('OpenRouter', { prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 3 } }, 3),
  cached('LiteLLM', { prompt_tokens_details: { cached_tokens: 5 }, cache_creation_input_tokens: 3 }, 3),
  cached('a proxy of Anthropic', { cache_read_input_tokens: 5, cache_creation_input_tokens: 3 }, 3),
  cached('DeepSeek', { prompt_cache_hit_tokens: 5, prompt_cache_miss_tokens: 4 }),
  cached('DeepSeek, both ways', { prompt_tokens_details: { cached_tokens: 0 }, prompt_cache_hit_tokens: 5 }),
  cached('Moonshot', { cached_tokens: 5 }),
  {
    what: 'what was cached for an answer of no use',
    answer: choice({ content: '' }, 'stop', {
      usage: {
        prompt_tokens: 9,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 3 },
      },
    }),
    error: { message: 'empty', usage: { ...usage(9, 1), cachedInputTokens: 5, cacheWriteTokens: 3 } },
  },
]
