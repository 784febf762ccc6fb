import { type PostJson, postJson } from '#adapters/web/post-json.ts'
import type { Clock } from '#ports/clock.ts'
import type { ModelCallOptions, ModelReply, ModelRequest, Models } from '#ports/model.ts'
import { failureFrom } from './failure.ts'
import { functionTool, promptOf } from './prompt.ts'
import { Providers } from './providers.ts'
import { replyFrom } from './reply.ts'
import type { ModelSettings } from './settings.ts'
import type { CallOptions, Speaker } from './speaker.ts'
import { gather } from './stream.ts'

/** Models of Anthropic, OpenAI and all that speak chat completions, through the AI SDK's provider packages. */
export class AiSdkModels implements Models {
  readonly #providers: Providers
  readonly #secrets: readonly string[]
  readonly #clock: Clock

  /** @param post carries chat completions; unless given, the platform's `fetch` does. */
  constructor(
    settings: ModelSettings,
    { clock, post = postJson }: { readonly clock: Clock; readonly post?: PostJson },
  ) {
    this.#providers = new Providers(settings, post)
    const keys = [settings.anthropic, settings.openai, settings.openaiCompatible].map((group) => group?.apiKey)
    this.#secrets = keys.filter((key) => key !== undefined)
    this.#clock = clock
  }

  check(model: string): void {
    this.#providers.get(model)
  }

  async call(request: ModelRequest, { signal, onText }: ModelCallOptions): Promise<ModelReply> {
    signal.throwIfAborted()
    const speaker = this.#providers.get(request.model)
    try {
      return await ask(speaker, callOptions(request, signal), onText)
    } catch (error) {
      signal.throwIfAborted()
      throw failureFrom(error, { model: request.model, secrets: this.#secrets, now: this.#clock.now() })
    }
  }
}

async function ask(
  speaker: Speaker,
  options: CallOptions,
  onText: ((text: string) => void) | undefined,
): Promise<ModelReply> {
  if (!onText) return replyFrom(await speaker.whole(options))
  const { stream } = await speaker.streamed(options)
  return replyFrom(await gather(stream, onText))
}

function callOptions(request: ModelRequest, abortSignal: AbortSignal): CallOptions {
  return {
    prompt: promptOf(request),
    ...(request.tools.length > 0 && { tools: request.tools.map(functionTool) }),
    abortSignal,
    // The journal is where a conversation is kept; the provider need not keep it too.
    providerOptions: { openai: { store: false } },
  }
}
