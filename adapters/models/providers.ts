import { ModelNotConfiguredError, UnknownModelError } from '#domain/model/errors.ts'
import { Anthropic } from './anthropic.ts'
import { ChatCompletions } from './chat-completions.ts'
import { OpenAIResponses } from './openai-responses.ts'
import type { ModelSettings } from './settings.ts'
import type { WireFormat } from './wire-format.ts'

type Provider = (modelId: string) => WireFormat

/** Models by `provider/model`, each made once. */
export class Providers {
  readonly #providers: ReadonlyMap<string, Provider | ModelNotConfiguredError>
  readonly #models = new Map<string, WireFormat>()

  constructor(settings: ModelSettings) {
    this.#providers = new Map([
      ['anthropic', anthropic(settings) ?? missing('anthropic', 'ANTHROPIC_API_KEY')],
      ['openai', openai(settings) ?? missing('openai', 'OPENAI_API_KEY')],
      ['openai-compatible', compatible(settings) ?? missing('openai-compatible', 'OPENAI_COMPATIBLE_BASE_URL')],
    ])
  }

  /** @throws {ModelNotConfiguredError} */
  get(model: string): WireFormat {
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
  const baseUrl =
    group.baseUrl === undefined ? 'https://api.anthropic.com/v1' : withVersion(group.baseUrl, { always: true })
  return (modelId) => new Anthropic(modelId, { baseUrl, apiKey: group.apiKey })
}

function openai({ openai: group }: ModelSettings): Provider | null {
  if (!group) return null
  const baseUrl = group.baseUrl === undefined ? 'https://api.openai.com/v1' : withVersion(group.baseUrl)
  return (modelId) => new OpenAIResponses(modelId, { baseUrl, apiKey: group.apiKey })
}

function compatible({ openaiCompatible: group }: ModelSettings): Provider | null {
  if (!group) return null
  const address = { baseUrl: withVersion(group.baseUrl), apiKey: group.apiKey }
  return (modelId) => new ChatCompletions(modelId, address)
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

function unknownProvider(model: string, known: readonly string[]): UnknownModelError {
  return new UnknownModelError(`There is no provider for "${model}". Known providers: ${known.join(', ')}.`)
}
