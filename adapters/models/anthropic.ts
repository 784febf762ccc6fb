import { AnthropicLanguageModel } from '@ai-sdk/anthropic/internal'
import type { LanguageModelV4CallOptions, LanguageModelV4Message } from '@ai-sdk/provider'
import type { AssistantPart, ToolCall } from '#domain/agent/message.ts'
import type { Usage } from '#domain/agent/usage.ts'
import { argumentsIn, calledIn } from './called.ts'
import { AnthropicGathering } from './anthropic-gathering.ts'
import { finishIn } from './finish-reason.ts'
import { type JsonRecord, blocks, count, firstCount, idOf, record, text } from './json-reading.ts'
import { schemaIn, schemaInWords } from './structured-output.ts'
import { argumentsFrom } from './tool-arguments.ts'
import type { AnswerFormat, WireFormat, WireRequest } from './wire-format.ts'

export interface AnthropicAddress {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly apiKey: string
}

/** Anthropic's Messages API. */
export class Anthropic implements WireFormat {
  readonly streaming = { stream: true }
  readonly answers = ANTHROPIC_MESSAGES
  readonly #modelId: string
  readonly #address: AnthropicAddress

  constructor(modelId: string, address: AnthropicAddress) {
    this.#modelId = modelId
    this.#address = address
  }

  async prepare(options: LanguageModelV4CallOptions): Promise<WireRequest> {
    const { baseUrl, apiKey } = this.#address
    const { args: body, betas, warnings } = await this.#prepared(options)
    const headers = {
      'x-api-key': apiKey,
      'anthropic-version': '2023-06-01',
      ...(betas.size > 0 && { 'anthropic-beta': [...betas].join(',') }),
    }
    return { url: `${baseUrl}/messages`, headers, body, warnings }
  }

  /** Where a model has no structured output of its own, the package makes a tool of the schema, and the words are ours. */
  async #prepared(options: LanguageModelV4CallOptions) {
    const schema = schemaIn(options)
    const prepared = await this.#request(options)
    return schema && !prepared.args.output_config?.format ? this.#request(schemaInWords(options, schema)) : prepared
  }

  #request(options: LanguageModelV4CallOptions) {
    return AnthropicLanguageModel.prepareRequest({
      modelId: this.#modelId,
      config: { provider: 'anthropic.messages', baseURL: this.#address.baseUrl, supportsMessageThreads: true },
      options: { ...options, prompt: options.prompt.map(withOwnIds), stream: false, userSuppliedBetas: new Set() },
    })
  }
}

export const ANTHROPIC_MESSAGES: AnswerFormat = {
  gather: (onText) => new AnthropicGathering(onText),
  read: (body) => ({
    parts: blocks(body['content']).flatMap(partFrom),
    finish: finishIn(body, ['stop_reason']),
    usage: usageFrom(record(body['usage'])),
    error: body['error'],
  }),
}

/**
 * A transcript may come from another provider, with ids such as `functions.find_order:0`. Anthropic takes letters, digits,
 * "_" and "-" alone.
 */
function withOwnIds(message: LanguageModelV4Message): LanguageModelV4Message {
  if (message.role !== 'assistant' && message.role !== 'tool') return message
  const content = message.content.map((part) =>
    'toolCallId' in part ? { ...part, toolCallId: ownId(part.toolCallId) } : part,
  )
  return { ...message, content } as LanguageModelV4Message
}

function ownId(id: string): string {
  return id.replaceAll(/[^\w-]/g, (odd) => `_${odd.charCodeAt(0).toString(16)}_`)
}

/** Blocks of tools that run at Anthropic are not part of what our agents exchange. */
function partFrom(block: JsonRecord): readonly AssistantPart[] {
  // Some servers leave out the type of a text.
  switch (block['type'] ?? ('text' in block ? 'text' : '')) {
    case 'text':
      return [{ type: 'text', text: text(block['text']) }]
    case 'thinking': {
      const signature = text(block['signature'])
      const provider = signature === '' ? {} : { provider: { anthropic: { signature } } }
      return [{ type: 'reasoning', text: text(block['thinking']), ...provider }]
    }
    case 'redacted_thinking':
      return [{ type: 'reasoning', text: '', provider: { anthropic: { redactedData: text(block['data']) } } }]
    case 'tool_use':
    case 'tool_call':
    case 'function_call':
      return [callFrom(block, calledIn(block))]
    default:
      return []
  }
}

function callFrom(block: JsonRecord, called: JsonRecord): ToolCall {
  const id = idOf(block['id']) || idOf(block['call_id'])
  return { type: 'tool_call', id, name: text(called['name']), input: argumentsFrom(argumentsIn(called)) }
}

/** Anthropic counts what it reads from its cache, and what it writes there, beside the input. */
function usageFrom(usage: JsonRecord): Usage {
  const cachedInputTokens = count(usage['cache_read_input_tokens'])
  const cacheWriteTokens = firstCount(usage['cache_creation_input_tokens'], sumOf(record(usage['cache_creation'])))
  return {
    inputTokens: firstCount(usage['input_tokens'], usage['prompt_tokens']) + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens: firstCount(usage['output_tokens'], usage['completion_tokens']),
    reasoningTokens: count(record(usage['output_tokens_details'])['thinking_tokens']),
  }
}

/** Writes to the cache are also reported by their lifetime. */
function sumOf(counts: JsonRecord): number {
  return Object.values(counts)
    .map(count)
    .reduce((sum, number) => sum + number, 0)
}
