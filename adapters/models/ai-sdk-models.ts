import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { Clock } from '#ports/clock.ts'
import type { ModelCallOptions, ModelReply, ModelRequest, Models } from '#ports/model.ts'
import { failureFrom } from './failure.ts'
import { functionTool, promptOf } from './prompt.ts'
import { Providers } from './providers.ts'
import { replyFrom } from './reply.ts'
import type { ModelSettings } from './settings.ts'
import { gather } from './stream.ts'

/** Models of Anthropic, OpenAI and all that speak chat completions, through the AI SDK's provider packages. */
export class AiSdkModels implements Models {
  readonly #providers: Providers
  readonly #secrets: readonly string[]
  readonly #clock: Clock

  /** @param fetch carries the calls; unless given, the platform's own. */
  constructor(
    settings: ModelSettings,
    { clock, fetch }: { readonly clock: Clock; readonly fetch?: typeof globalThis.fetch },
  ) {
    this.#providers = new Providers(settings, fetch)
    const keys = [settings.anthropic, settings.openai, settings.openaiCompatible].map((group) => group?.apiKey)
    this.#secrets = keys.filter((key) => key !== undefined)
    this.#clock = clock
  }

  check(model: string): void {
    this.#providers.get(model)
  }

  async call(request: ModelRequest, { signal, onText }: ModelCallOptions): Promise<ModelReply> {
    signal.throwIfAborted()
    const model = this.#providers.get(request.model)
    try {
      return await ask(model, callOptions(request, signal), onText)
    } catch (error) {
      signal.throwIfAborted()
      throw failureFrom(error, { model: request.model, secrets: this.#secrets, now: this.#clock.now() })
    }
  }
}

async function ask(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  onText: ((text: string) => void) | undefined,
): Promise<ModelReply> {
  if (!onText) return replyFrom(await model.doGenerate(options))
  const { stream } = await model.doStream(options)
  return replyFrom(await gather(stream, onText))
}

function callOptions(request: ModelRequest, abortSignal: AbortSignal): LanguageModelV4CallOptions {
  return {
    prompt: promptOf(request),
    ...(request.tools.length > 0 && { tools: request.tools.map(functionTool) }),
    abortSignal,
    // The journal is where a conversation is kept; the provider need not keep it too.
    providerOptions: { openai: { store: false } },
  }
}
