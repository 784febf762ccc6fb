import { OpenAICompatibleChatLanguageModel } from '@ai-sdk/openai-compatible'
import { APICallError } from '@ai-sdk/provider'
import type { JsonAnswer, PostJson } from '#adapters/web/post-json.ts'
import { BrokenAnswerError, type SdkAnswer } from './reply.ts'
import type { CallOptions, Speaker } from './speaker.ts'

export interface ChatCompletionsSettings {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly apiKey: string | undefined
  readonly post: PostJson
}

/**
 * A model behind a server that speaks chat completions. The words are the AI SDK's; what carries an answer that is taken whole is ours, for
 * on Node the SDK's way over `fetch` and its streams costs more than all else that we do for a job (`npm run bench`).
 */
export class ChatCompletions implements Speaker {
  readonly #model: OpenAICompatibleChatLanguageModel
  readonly #settings: ChatCompletionsSettings
  readonly #headers: Readonly<Record<string, string>>

  constructor(modelId: string, settings: ChatCompletionsSettings) {
    const { baseUrl, apiKey } = settings
    this.#settings = settings
    this.#headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
    this.#model = new OpenAICompatibleChatLanguageModel(modelId, {
      provider: 'openai-compatible',
      url: ({ path }) => `${baseUrl}${path}`,
      headers: () => this.#headers,
      includeUsage: true,
    })
  }

  async whole(options: CallOptions): Promise<SdkAnswer> {
    const { body } = await this.#model.prepareRequest(options)
    const answer = await this.#send(JSON.stringify(body), options.abortSignal)
    return this.#model.convertResponse({ body: parsed(answer.text) })
  }

  streamed(options: CallOptions): ReturnType<Speaker['streamed']> {
    return this.#model.doStream(options)
  }

  async #send(body: string, signal: AbortSignal): Promise<JsonAnswer> {
    const { baseUrl, post } = this.#settings
    const url = `${baseUrl}/chat/completions`
    const headers = { 'content-type': 'application/json', 'user-agent': 'errand', ...this.#headers }
    const answer = await post(url, { headers, body, signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw new BrokenAnswerError(`Cannot connect to API: ${error instanceof Error ? error.message : String(error)}`)
    })
    if (answer.status < 400) return answer
    const { status: statusCode, headers: responseHeaders } = answer
    // Says of itself whether trying again may help, by its status.
    throw new APICallError({ message: refusalIn(answer.text), url, requestBodyValues: {}, statusCode, responseHeaders })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Without the engine's own words, which quote the answer.
    throw new BrokenAnswerError('It could not be read')
  }
}

/** What a server says of an error, wherever it says it: OpenAI's `error.message`, or what others have made of that. */
function refusalIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    const said = [
      memberOf(memberOf(body, 'error'), 'message'),
      memberOf(body, 'error'),
      memberOf(body, 'message'),
      memberOf(body, 'detail'),
    ]
    return said.find((words): words is string => typeof words === 'string') ?? ''
  } catch {
    return ''
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
