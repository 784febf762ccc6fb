import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider'

/**
 * Anthropic caches what is marked, for five minutes: a write costs a quarter more than plain input, a read a tenth of
 * it (https://docs.claude.com/en/docs/build-with-claude/prompt-caching). So a mark pays from the second call on.
 */
const MARK: SharedV4ProviderOptions = { anthropic: { cacheControl: { type: 'ephemeral' } } }

/** Characters of 1024 tokens, the smallest prompt that any model caches. A model ignores a mark on less than its own minimum. */
const LEAST_CHARACTERS = 3000

/** The same request with a mark after instructions and tools, which every call of an agent begins with. */
export function withCacheMark(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  const { prompt, tools = [] } = options
  const [system, ...messages] = prompt
  const instructions = system?.role === 'system' ? system.content : ''
  if (instructions.length + JSON.stringify(tools).length < LEAST_CHARACTERS) return options
  // Tools stand before the instructions, so one mark is for both.
  if (system?.role === 'system') return { ...options, prompt: [{ ...system, providerOptions: MARK }, ...messages] }
  const marked = tools.map((tool, index) => (index < tools.length - 1 ? tool : { ...tool, providerOptions: MARK }))
  return { ...options, tools: marked }
}
