import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider'
import type { AssistantPart } from '#domain/agent/message.ts'
import type { FinishReason } from '#domain/agent/turn-event.ts'
import type { Usage } from '#domain/agent/usage.ts'
import type { JsonObject, JsonValue } from '#domain/json.ts'
import type { ModelReply } from '#ports/model.ts'

/** An answer as the AI SDK gives it, whole or gathered from its stream. */
export interface SdkAnswer {
  readonly content: readonly LanguageModelV4Content[]
  readonly finishReason: LanguageModelV4FinishReason
  readonly usage: LanguageModelV4Usage
}

/** The provider ended the answer before it was whole. */
export class BrokenAnswerError extends Error {
  override readonly name = 'BrokenAnswerError'
}

/** @throws {BrokenAnswerError} */
export function replyFrom({ content, finishReason, usage }: SdkAnswer): ModelReply {
  return {
    message: { role: 'assistant', parts: content.flatMap(partFrom) },
    finishReason: finishReasonFrom(finishReason),
    usage: usageFrom(usage),
  }
}

/** Sources and files are not part of what our agents exchange. */
function partFrom(content: LanguageModelV4Content): readonly AssistantPart[] {
  if (content.type === 'text' || content.type === 'reasoning') {
    // Anthropic sends empty texts at times, and refuses to take them back (anthropics/anthropic-sdk-python#461).
    if (content.text === '' && content.providerMetadata === undefined) return []
    return [{ type: content.type, text: content.text, ...providerFields(content.providerMetadata) }]
  }
  if (content.type !== 'tool-call') return []
  const { toolCallId: id, toolName: name, input, providerMetadata } = content
  return [{ type: 'tool_call', id, name, input: parsedInput(input), ...providerFields(providerMetadata) }]
}

function providerFields(metadata: SharedV4ProviderMetadata | undefined): { readonly provider?: JsonObject } {
  // Through JSON, because it goes into the journal: what is undefined in it must not come back as something else.
  return metadata === undefined ? {} : { provider: JSON.parse(JSON.stringify(metadata)) as JsonObject }
}

function parsedInput(input: string): JsonValue {
  if (input.trim() === '') return {}
  try {
    return JSON.parse(input) as JsonValue
  } catch {
    return input
  }
}

function finishReasonFrom({ unified, raw }: LanguageModelV4FinishReason): FinishReason {
  switch (unified) {
    case 'stop':
    case 'length':
    case 'other':
      return unified
    case 'tool-calls':
      return 'tool_calls'
    case 'content-filter':
      return 'content_filter'
    case 'error':
    case 'interrupted':
      throw new BrokenAnswerError(`The answer ended early (${raw ?? unified})`)
  }
}

function usageFrom({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage {
  return {
    inputTokens: inputTokens.total ?? 0,
    cachedInputTokens: inputTokens.cacheRead ?? 0,
    outputTokens: outputTokens.total ?? 0,
    reasoningTokens: outputTokens.reasoning ?? 0,
  }
}
