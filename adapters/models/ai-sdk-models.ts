import { postJson } from '#adapters/web/fetch-json.ts'
import type { PostJson } from '#adapters/web/post-json.ts'
import { redactor } from '#adapters/web/redact.ts'
import type { Clock } from '#ports/clock.ts'
import type { ModelCallOptions, ModelReply, ModelRequest, Models } from '#ports/model.ts'
import { askForSchema } from './ask-for-schema.ts'
import { failureFrom, messageOf } from './failure.ts'
import { callOptions } from './call-options.ts'
import { Providers } from './providers.ts'
import type { ModelSettings } from './settings.ts'

/**
 * Models of Anthropic, OpenAI and all that speak chat completions. The AI SDK's provider packages write the requests; how they are sent,
 * and how answers are read, is ours, and the same for all.
 */
export class AiSdkModels implements Models {
  readonly #providers: Providers
  readonly #redact: (text: string) => string
  readonly #clock: Clock
  readonly #post: PostJson

  /** @param post carries all calls; unless given, the platform's `fetch` does. */
  constructor(
    settings: ModelSettings,
    { clock, post = postJson }: { readonly clock: Clock; readonly post?: PostJson },
  ) {
    this.#providers = new Providers(settings)
    const keys = [settings.anthropic, settings.openai, settings.openaiCompatible].map((group) => group?.apiKey)
    this.#redact = redactor(keys.filter((key) => key !== undefined))
    this.#clock = clock
    this.#post = post
  }

  check(model: string): void {
    this.#providers.get(model)
  }

  async unsupported(request: ModelRequest): Promise<readonly string[]> {
    const format = this.#providers.get(request.model)
    try {
      const { warnings } = await format.prepare(callOptions(request))
      return warnings.flatMap((warning) => (warning.type === 'unsupported' ? [warning.details ?? warning.feature] : []))
    } catch (error) {
      return [messageOf(error) || 'the request cannot be written']
    }
  }

  async call(request: ModelRequest, { signal, onText, trace }: ModelCallOptions): Promise<ModelReply> {
    signal.throwIfAborted()
    const format = this.#providers.get(request.model)
    try {
      return await askForSchema(format, callOptions(request), {
        post: this.#post,
        signal,
        onText,
        trace,
        clock: this.#clock,
      })
    } catch (error) {
      signal.throwIfAborted()
      throw failureFrom(error, { model: request.model, redact: this.#redact, now: this.#clock.now() })
    }
  }
}
