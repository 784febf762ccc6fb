import { OpenAICompatibleChatLanguageModel } from '@ai-sdk/openai-compatible'
import type { JSONSchema7, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { ToolCall } from '#domain/agent/message.ts'
import type { Usage } from '#domain/agent/usage.ts'
import type { JsonObject } from '#domain/json/json.ts'
import { argumentsIn, calledIn } from './called.ts'
import { callPieces, contentParts, refusalIn } from './chat-content.ts'
import { extrasOfCall } from './chat-extras.ts'
import { ChatGathering, FINISHES } from './chat-gathering.ts'
import { reasoningIn, withThoughts } from './chat-thoughts.ts'
import { finishIn } from './finish-reason.ts'
import { type JsonRecord, count, firstCount, idOf, isRecord, record, records, text } from './json-reading.ts'
import { strictSchema } from './strict-schema.ts'
import { outputTokens } from './output-tokens.ts'
import { withOptions } from './provider-options.ts'
import { promptWith, responseFormat, schemaIn, schemaInWords } from './structured-output.ts'
import { argumentsFrom } from './tool-arguments.ts'
import type { AnswerFormat, WireFormat, WireRequest } from './wire-format.ts'

export interface ProviderAddress {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly apiKey: string | undefined
}

/** OpenAI's older API, which most servers speak, each in its own dialect. */
export class ChatCompletions implements WireFormat {
  readonly streaming = { stream: true, stream_options: { include_usage: true } }
  readonly answers = CHAT_COMPLETIONS
  readonly #model: OpenAICompatibleChatLanguageModel
  readonly #target: Pick<WireRequest, 'url' | 'headers'>

  constructor(modelId: string, { baseUrl, apiKey }: ProviderAddress) {
    const url = `${baseUrl}/chat/completions`
    this.#target = { url, headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` } }
    this.#model = new OpenAICompatibleChatLanguageModel(modelId, {
      provider: 'openai-compatible',
      url: () => url,
      supportsStructuredOutputs: true,
    })
  }

  async prepare(options: LanguageModelV4CallOptions): Promise<WireRequest> {
    const schema = schemaIn(options)
    const asked = schema ? asking(options, schema) : options
    const { body, warnings } = await this.#model.prepareRequest({ ...asked, prompt: asked.prompt.map(withThoughts) })
    return { ...this.#target, body, warnings }
  }
}

export const CHAT_COMPLETIONS: AnswerFormat = {
  gather: (onText) => new ChatGathering(onText),
  read(body) {
    const choices = records(body['choices'])
    const choice = choices[0] ?? {}
    const message = messageIn(choice)
    const refusal = refusalIn(message)
    const finish = finishIn(choice, FINISHES)
    // Copilot has the words in one choice and the calls in the next.
    const calls = choices.map((each) => callsIn(messageIn(each))).find((some) => some.length > 0) ?? []
    return {
      parts: [
        ...reasoningIn(message, { isBeforeCall: calls.length > 0 }),
        ...contentParts(message['content']),
        ...(refusal === '' ? [] : [{ type: 'text' as const, text: refusal }]),
        ...calls,
      ],
      // OpenAI says of an answer that refuses that it has stopped.
      finish: refusal !== '' && finish === 'stop' ? 'content_filter' : finish,
      usage: usageFrom(record(body['usage'])),
      error: choice['error'] ?? body['error'],
    }
  },
}

/** Beside tools the schema is in words alone: Gemini refuses the two together, and Ollama calls no tool then. */
function asking(options: LanguageModelV4CallOptions, schema: JSONSchema7): LanguageModelV4CallOptions {
  return options.tools?.length ? schemaInWords(options, schema) : withBoth(options, schema)
}

/** Many servers ignore a schema that they do not know, so it also stands in the instructions. */
function withBoth(options: LanguageModelV4CallOptions, schema: JSONSchema7): LanguageModelV4CallOptions {
  const strict = strictSchema(schema as JsonObject)
  return {
    ...options,
    prompt: promptWith(schema, options.prompt),
    responseFormat: responseFormat(strict.schema),
    providerOptions: withOptions(options, 'openaiCompatible', { strictJsonSchema: strict.strict }),
  }
}

/** Of a streamed or a whole answer, or of one in the way of the API before this one. */
function messageIn(choice: JsonRecord): JsonRecord {
  const message = choice['message'] ?? choice['delta']
  return isRecord(message) ? message : { content: message ?? choice['text'] }
}

function callsIn(message: JsonRecord): readonly ToolCall[] {
  return callPieces(message).map((call) => callFrom(call, calledIn(call)))
}

function callFrom(call: JsonRecord, called: JsonRecord): ToolCall {
  return {
    type: 'tool_call',
    id: idOf(call['id']),
    name: text(called['name']),
    input: argumentsFrom(argumentsIn(called)),
    ...extrasOfCall(call),
  }
}

/** Beside OpenAI's names those of DeepSeek, Moonshot, OpenRouter and LiteLLM; all of them count what was cached as input. */
function usageFrom(usage: JsonRecord): Usage {
  const details = record(usage['prompt_tokens_details'] ?? usage['input_tokens_details'])
  const outputDetails = record(usage['completion_tokens_details'] ?? usage['output_tokens_details'])
  const input = firstCount(usage['prompt_tokens'], usage['input_tokens'], usage['promptTokens'])
  const cached = firstCount(
    details['cached_tokens'],
    usage['prompt_cache_hit_tokens'],
    usage['cached_tokens'],
    usage['cache_read_input_tokens'],
  )
  const output = firstCount(usage['completion_tokens'], usage['output_tokens'], usage['completionTokens'])
  const reasoning = firstCount(outputDetails['reasoning_tokens'], usage['reasoning_tokens'])
  return {
    inputTokens: input,
    cachedInputTokens: cached,
    cacheWriteTokens: firstCount(
      details['cache_write_tokens'],
      details['cache_creation_tokens'],
      usage['cache_creation_input_tokens'],
    ),
    outputTokens: outputTokens({ input, cached, output, reasoning, total: count(usage['total_tokens']) }),
    reasoningTokens: reasoning,
  }
}
