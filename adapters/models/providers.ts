import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import type { PostJson } from '#adapters/web/post-json.ts'
import { ModelNotConfiguredError } from '#domain/errors.ts'
import { ChatCompletions } from './chat-completions.ts'
import type { ModelSettings } from './settings.ts'
import { type Speaker, speaker } from './speaker.ts'

type Provider = (modelId: string) => Speaker

/** Models by `provider/model`, each made once. The SDK gets keys and addresses from here and never looks for them itself. */
export class Providers {
  readonly #providers: ReadonlyMap<string, Provider | ModelNotConfiguredError>
  readonly #models = new Map<string, Speaker>()

  /** @param post carries chat completions. */
  constructor(settings: ModelSettings, post: PostJson) {
    this.#providers = new Map([
      ['anthropic', anthropic(settings) ?? missing('anthropic', 'ANTHROPIC_API_KEY')],
      ['openai', openai(settings) ?? missing('openai', 'OPENAI_API_KEY')],
      ['openai-compatible', compatible(settings, post) ?? missing('openai-compatible', 'OPENAI_COMPATIBLE_BASE_URL')],
    ])
  }

  /** @throws {ModelNotConfiguredError} */
  get(model: string): Speaker {
    const known = this.#models.get(model)
    if (known) return known
    const slash = model.indexOf('/')
    const name = model.slice(0, Math.max(slash, 0))
    const provider = this.#providers.get(name)
    if (!provider) throw unknownProvider(model, [...this.#providers.keys()])
    if (provider instanceof ModelNotConfiguredError) throw provider
    const made = provider(model.slice(slash + 1))
    this.#models.set(model, made)
    return made
  }
}

function anthropic({ anthropic: group }: ModelSettings): Provider | null {
  if (!group) return null
  // People set it with the version, as the AI SDK does, or without, as Anthropic's own clients do.
  const baseURL =
    group.baseUrl === undefined ? 'https://api.anthropic.com/v1' : withVersion(group.baseUrl, { always: true })
  const provider = createAnthropic({ apiKey: group.apiKey, baseURL })
  return (modelId) => speaker(provider(modelId))
}

function openai({ openai: group }: ModelSettings): Provider | null {
  if (!group) return null
  const baseURL = group.baseUrl === undefined ? 'https://api.openai.com/v1' : withVersion(group.baseUrl)
  const provider = createOpenAI({ apiKey: group.apiKey, baseURL })
  return (modelId) => speaker(provider(modelId))
}

function compatible({ openaiCompatible: group }: ModelSettings, post: PostJson): Provider | null {
  if (!group) return null
  const settings = { baseUrl: withVersion(group.baseUrl), apiKey: group.apiKey, post }
  return (modelId) => new ChatCompletions(modelId, settings)
}

/** The address without a slash at its end, and with `/v1` where it has no path, or always unless it ends so. */
function withVersion(baseUrl: string, { always = false } = {}): string {
  const trimmed = baseUrl.replace(/\/+$/, '')
  const bare = new URL(trimmed).pathname === '/'
  return bare || (always && !trimmed.endsWith('/v1')) ? `${trimmed}/v1` : trimmed
}

function missing(provider: string, setting: string): ModelNotConfiguredError {
  return new ModelNotConfiguredError(`Models of ${provider} cannot be used here: ${setting} is not set.`)
}

function unknownProvider(model: string, known: readonly string[]): ModelNotConfiguredError {
  return new ModelNotConfiguredError(`There is no provider for "${model}". Known providers: ${known.join(', ')}.`)
}
