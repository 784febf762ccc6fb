import type {
  JSONValue,
  LanguageModelV4FilePart,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider'
import type { InputFile } from '#domain/agent/input-file.ts'
import type { AssistantPart, Message, ToolResult } from '#domain/agent/message.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { ModelRequest, ToolSpec } from '#ports/model.ts'
import { wellFormed } from './tool-arguments.ts'

type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number]

/** A request of ours in the words of the AI SDK, without anything that a provider refuses: blank texts, halves of characters, odd names. */
export function promptOf({
  instructions,
  messages,
}: Pick<ModelRequest, 'instructions' | 'messages'>): LanguageModelV4Prompt {
  const system: LanguageModelV4Message[] = isBlank(instructions)
    ? []
    : [{ role: 'system', content: instructions.toWellFormed() }]
  return [...system, ...messages.flatMap(promptMessages)]
}

export function functionTool({ name, description, inputSchema }: ToolSpec): LanguageModelV4FunctionTool {
  const said = isBlank(description) ? {} : { description: description.toWellFormed() }
  return { type: 'function', name, ...said, inputSchema }
}

function promptMessages(message: Message): readonly LanguageModelV4Message[] {
  switch (message.role) {
    case 'user':
      return [
        {
          role: 'user',
          content: [...(message.files ?? []).map(filePart), { type: 'text', text: shown(message.text) }],
        },
      ]
    case 'assistant': {
      const content = withoutLastThoughts(message.parts.flatMap(assistantContent))
      return content.length === 0 ? [] : [{ role: 'assistant', content }]
    }
    case 'tool': {
      const content = message.results.map((result) => ({
        type: 'tool-result' as const,
        toolCallId: result.callId,
        toolName: wireName(result.name),
        output: resultOutput(result),
      }))
      return [{ role: 'tool', content }]
    }
  }
}

function filePart({ mediaType, filename, data, isUrl }: InputFile): LanguageModelV4FilePart {
  const named = filename === undefined ? {} : { filename: filename.toWellFormed() }
  return {
    type: 'file',
    mediaType,
    ...named,
    data: isUrl ? { type: 'url', url: new URL(data) } : { type: 'data', data },
  }
}

function assistantContent(part: AssistantPart): readonly AssistantContent[] {
  // What the provider gave as metadata it takes back as options, under the same names.
  const options = part.provider === undefined ? {} : { providerOptions: part.provider as SharedV4ProviderOptions }
  switch (part.type) {
    case 'text':
      return isBlank(part.text) ? [] : [{ type: 'text', text: part.text.toWellFormed(), ...options }]
    case 'reasoning':
      return [{ type: 'reasoning', text: part.text.toWellFormed(), ...options }]
    case 'tool_call': {
      const { id: toolCallId, name, input } = part
      return [{ type: 'tool-call', toolCallId, toolName: wireName(name), input: objectInput(input), ...options }]
    }
  }
}

/**
 * Of an answer that was cut off while the model thought. Anthropic refuses thoughts at the end of a message, and OpenAI
 * those that nothing follows.
 */
function withoutLastThoughts(content: readonly AssistantContent[]): AssistantContent[] {
  return content.slice(0, content.findLastIndex(({ type }) => type !== 'reasoning') + 1)
}

/** Arguments that could not be used are sent back in an object, the only thing that every provider takes in their place. */
function objectInput(input: JsonValue): unknown {
  return typeof input === 'string' ? { malformed: input.toWellFormed() } : wellFormed(input)
}

function resultOutput({ isError, output }: ToolResult): LanguageModelV4ToolResultOutput {
  if (typeof output === 'string') return { type: isError ? 'error-text' : 'text', value: shown(output) }
  return { type: isError ? 'error-json' : 'json', value: wellFormed(output) as JSONValue }
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}

/** A text where there has to be one: a blank one is shown in quotes. */
function shown(text: string): string {
  return isBlank(text) ? JSON.stringify(text) : text.toWellFormed()
}

/** A name that the model made up may hold what no name of a tool may. */
function wireName(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_').slice(0, 64) || 'unnamed'
}
