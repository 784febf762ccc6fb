import type {
  JSONValue,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider'
import type { AssistantPart, Message, ToolResult } from '#domain/agent/message.ts'
import type { ModelRequest, ToolSpec } from '#ports/model.ts'

type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number]

/** A request of ours in the words of the AI SDK. */
export function promptOf({
  instructions,
  messages,
}: Pick<ModelRequest, 'instructions' | 'messages'>): LanguageModelV4Prompt {
  const system: LanguageModelV4Message[] = instructions === '' ? [] : [{ role: 'system', content: instructions }]
  return [...system, ...messages.map(promptMessage)]
}

export function functionTool({ name, description, inputSchema }: ToolSpec): LanguageModelV4FunctionTool {
  return { type: 'function', name, description, inputSchema: inputSchema }
}

function promptMessage(message: Message): LanguageModelV4Message {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] }
    case 'assistant':
      return { role: 'assistant', content: message.parts.map(assistantContent) }
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map((result) => ({
          type: 'tool-result',
          toolCallId: result.callId,
          toolName: result.name,
          output: resultOutput(result),
        })),
      }
  }
}

function assistantContent(part: AssistantPart): AssistantContent {
  // What the provider gave as metadata it takes back as options, under the same names.
  const options = part.provider === undefined ? {} : { providerOptions: part.provider as SharedV4ProviderOptions }
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { type: part.type, text: part.text, ...options }
    case 'tool_call':
      return { type: 'tool-call', toolCallId: part.id, toolName: part.name, input: objectInput(part.input), ...options }
  }
}

/** Arguments that were no JSON are sent back as an object, the only thing that every provider takes in their place. */
function objectInput(input: unknown): unknown {
  return typeof input === 'string' ? { malformed: input } : input
}

function resultOutput({ isError, output }: ToolResult): LanguageModelV4ToolResultOutput {
  if (typeof output === 'string') return { type: isError ? 'error-text' : 'text', value: output }
  return { type: isError ? 'error-json' : 'json', value: output as JSONValue }
}
