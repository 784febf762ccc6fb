import { OpenAIResponsesLanguageModel } from '@ai-sdk/openai/internal'
import type { LanguageModelV4CallOptions, SharedV4Warning } from '@ai-sdk/provider'
import type { AssistantPart } from '#domain/agent/message.ts'
import type { Usage } from '#domain/agent/usage.ts'
import type { JsonObject } from '#domain/json/json.ts'
import { argumentsIn, calledIn } from './called.ts'
import { finishIn } from './finish-reason.ts'
import { type JsonRecord, blocks, count, firstCount, idOf, record, records, text } from './json-reading.ts'
import { ResponsesGathering } from './openai-responses-gathering.ts'
import { strictSchema } from './strict-schema.ts'
import { outputTokens } from './output-tokens.ts'
import { withOptions } from './provider-options.ts'
import { responseFormat, schemaIn } from './structured-output.ts'
import { argumentsFrom } from './tool-arguments.ts'
import type { AnswerFormat, WireFormat, WireRequest } from './wire-format.ts'

export interface OpenAIAddress {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly apiKey: string
}

/** OpenAI's Responses API. */
export class OpenAIResponses implements WireFormat {
  readonly streaming = { stream: true }
  readonly answers = RESPONSES
  readonly #modelId: string
  readonly #target: Pick<WireRequest, 'url' | 'headers'>

  constructor(modelId: string, { baseUrl, apiKey }: OpenAIAddress) {
    this.#modelId = modelId
    this.#target = { url: `${baseUrl}/responses`, headers: { authorization: `Bearer ${apiKey}` } }
  }

  async prepare(options: LanguageModelV4CallOptions): Promise<WireRequest> {
    const schema = schemaIn(options)
    const strict = schema && strictSchema(schema as JsonObject)
    const { args, warnings } = await OpenAIResponsesLanguageModel.prepareRequest({
      modelId: this.#modelId,
      config: { provider: 'openai.responses', url: () => this.#target.url },
      options: {
        ...options,
        ...(strict && { responseFormat: responseFormat(strict.schema) }),
        // The journal is where a conversation is kept; the provider need not keep it too.
        providerOptions: withOptions(options, 'openai', {
          store: false,
          ...(strict && { strictJsonSchema: strict.strict }),
        }),
      },
    })
    // The package leaves it out without a word.
    const isLost = options.reasoning !== undefined && options.reasoning !== 'none' && !args.reasoning
    return { ...this.#target, body: args, warnings: isLost ? [...warnings, this.#cannotReason()] : warnings }
  }

  #cannotReason(): SharedV4Warning {
    return { type: 'unsupported', feature: 'reasoning', details: `reasoning is not supported by ${this.#modelId}` }
  }
}

export const RESPONSES: AnswerFormat = {
  gather: (onText) => new ResponsesGathering(onText),
  read(body) {
    const output = records(body['output'])
    const parts = output.filter((item) => !isCut(item, body)).flatMap(partsFrom)
    const whole = text(body['output_text'])
    return {
      parts:
        whole === '' || parts.some(({ type }) => type === 'text') ? parts : [...parts, { type: 'text', text: whole }],
      finish: finishOf(body, output),
      usage: usageFrom(record(body['usage'])),
      error: body['error'] ?? record(body['status_details'])['error'],
    }
  },
}

function finishOf(body: JsonRecord, output: readonly JsonRecord[]): string {
  const cutBy = finishIn(body, ['incomplete_details'])
  if (cutBy !== '') return cutBy
  const status = text(body['status'])
  if (status === 'completed' && output.some(isRefusal)) return 'refusal'
  if (status !== '') return status
  // Some servers say it of each item only.
  return output.length > 0 && output.every((item) => item['status'] === 'completed') ? 'completed' : ''
}

/** Whether a call has not all of its arguments, and says so. */
function isCut(item: JsonRecord, { status }: JsonRecord): boolean {
  const isOpen = item['status'] === 'in_progress' && status !== 'completed'
  return item['type'] === 'function_call' && (isOpen || item['status'] === 'incomplete')
}

function isRefusal(item: JsonRecord): boolean {
  return records(item['content']).some(({ type }) => type === 'refusal')
}

/** Items of tools that run at OpenAI are not part of what our agents exchange. */
function partsFrom(item: JsonRecord): readonly AssistantPart[] {
  // Some servers leave out the type of a message.
  switch (item['type'] ?? ('content' in item ? 'message' : '')) {
    case 'message': {
      const provider = providerFields({ itemId: text(item['id']), phase: text(item['phase']) })
      return blocks(item['content']).map((part) => ({
        type: 'text',
        text: text(part['text']) || text(part['refusal']),
        ...provider,
      }))
    }
    case 'reasoning': {
      const fields = { itemId: text(item['id']), reasoningEncryptedContent: text(item['encrypted_content']) }
      // Without a summary it goes back all the same.
      const summaries = records(item['summary']).map((part) => text(part['text']))
      return (summaries.length > 0 ? summaries : ['']).map((summary) => ({
        type: 'reasoning',
        text: summary,
        ...providerFields(fields),
      }))
    }
    case 'function_call':
    case 'tool_call':
    case 'custom_tool_call': {
      const id = idOf(item['call_id']) || idOf(item['id'])
      const called = calledIn(item)
      const input = argumentsFrom(argumentsIn(called))
      return [
        { type: 'tool_call', id, name: text(called['name']), input, ...providerFields({ itemId: text(item['id']) }) },
      ]
    }
    default:
      return []
  }
}

/** What the SDK takes back under these names, without what was not given. */
function providerFields(fields: Readonly<Record<string, string>>): { readonly provider?: JsonObject } {
  const given = Object.entries(fields).filter(([, value]) => value !== '')
  return given.length === 0 ? {} : { provider: { openai: Object.fromEntries(given) } }
}

function usageFrom(usage: JsonRecord): Usage {
  const details = record(usage['input_tokens_details'])
  const input = firstCount(usage['input_tokens'], usage['prompt_tokens'])
  const cached = count(details['cached_tokens'])
  const output = firstCount(usage['output_tokens'], usage['completion_tokens'])
  const reasoning = count(record(usage['output_tokens_details'])['reasoning_tokens'])
  return {
    inputTokens: input,
    cachedInputTokens: cached,
    cacheWriteTokens: count(details['cache_write_tokens']),
    outputTokens: outputTokens({ input, cached, output, reasoning, total: count(usage['total_tokens']) }),
    reasoningTokens: reasoning,
  }
}
