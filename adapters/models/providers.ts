import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { ModelNotConfiguredError } from '#domain/errors.ts'
import type { ModelSettings } from './settings.ts'

type Transport = { readonly fetch: typeof fetch } | undefined

type Provider = (modelId: string) => LanguageModelV4

/** Models by `provider/model`, each made once. The SDK gets keys and addresses from here and never looks for them itself. */
export class Providers {
  readonly #providers: ReadonlyMap<string, Provider | ModelNotConfiguredError>
  readonly #models = new Map<string, LanguageModelV4>()

  /** @param fetch unless given, the platform's own. */
  constructor(settings: ModelSettings, fetch?: typeof globalThis.fetch) {
    const transport = fetch && { fetch }
    this.#providers = new Map([
      ['anthropic', anthropic(settings, transport) ?? missing('anthropic', 'ANTHROPIC_API_KEY')],
      ['openai', openai(settings, transport) ?? missing('openai', 'OPENAI_API_KEY')],
      [
        'openai-compatible',
        compatible(settings, transport) ?? missing('openai-compatible', 'OPENAI_COMPATIBLE_BASE_URL'),
      ],
    ])
  }

  /** @throws {ModelNotConfiguredError} */
  get(model: string): LanguageModelV4 {
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

function anthropic({ anthropic: group }: ModelSettings, transport: Transport): Provider | null {
  if (!group) return null
  // People set it with the version, as the AI SDK does, or without, as Anthropic's own clients do.
  const baseURL =
    group.baseUrl === undefined ? 'https://api.anthropic.com/v1' : withVersion(group.baseUrl, { always: true })
  return createAnthropic({ apiKey: group.apiKey, baseURL, ...transport })
}

function openai({ openai: group }: ModelSettings, transport: Transport): Provider | null {
  if (!group) return null
  const baseURL = group.baseUrl === undefined ? 'https://api.openai.com/v1' : withVersion(group.baseUrl)
  return createOpenAI({ apiKey: group.apiKey, baseURL, ...transport })
}

function compatible({ openaiCompatible: group }: ModelSettings, transport: Transport): Provider | null {
  if (!group) return null
  const key = group.apiKey === undefined ? {} : { apiKey: group.apiKey }
  return createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: withVersion(group.baseUrl),
    includeUsage: true,
    ...key,
    ...transport,
  })
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
