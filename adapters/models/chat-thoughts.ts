import type { LanguageModelV4Message } from '@ai-sdk/provider'
import type { ReasoningPart } from '#domain/agent/message.ts'
import type { JsonObject } from '#domain/json/json.ts'
import { extrasOfMessage } from './chat-extras.ts'
import { type JsonRecord, text } from './json-reading.ts'
import { withOptions } from './provider-options.ts'

type AssistantMessage = Extract<LanguageModelV4Message, { role: 'assistant' }>

/**
 * The member of a message that says what the model thought. Servers take it back under its own name: Groq refuses
 * `reasoning_content`, DeepSeek needs it. `thinking` stands in Mistral's content.
 */
type Member = 'reasoning_content' | 'reasoning' | 'thinking'

export function reasoningOf(message: JsonRecord): { readonly words: string; readonly member: Member | null } {
  const content = message['reasoning_content']
  const other = text(message['reasoning'])
  if (typeof content === 'string' && (content !== '' || other === ''))
    return { words: content, member: 'reasoning_content' }
  return { words: other, member: other === '' ? null : 'reasoning' }
}

/** What the model thought, with all that its server needs back; thoughts before a call even where they are empty. */
export function reasoningIn(
  message: JsonRecord,
  { isBeforeCall }: { isBeforeCall: boolean },
): readonly ReasoningPart[] {
  const { words, member } = reasoningOf(message)
  const isBlank = words.trim() === ''
  if (member === 'reasoning_content' && !(isBlank && isBeforeCall)) return reasoningPart(message, words, null)
  return reasoningPart(message, words, member)
}

function reasoningPart(message: JsonRecord, words: string, member: Member | null): readonly ReasoningPart[] {
  const extras = extrasOfMessage(message, member === null ? {} : { member })
  return words === '' && !extras.provider ? [] : [{ type: 'reasoning', text: words, ...extras }]
}

/** As Mistral gives thoughts and wants them back. */
export const IN_CONTENT = { provider: { openaiCompatible: { member: 'thinking' } } } as const

/** The message with its thoughts in the member in which they came. */
export function withThoughts(message: LanguageModelV4Message): LanguageModelV4Message {
  if (message.role !== 'assistant') return message
  const thoughts = message.content.filter((part) => part.type === 'reasoning')
  if (thoughts.length === 0) return message
  const given = thoughts.map(({ providerOptions }) => providerOptions?.['openaiCompatible'])
  const { member, ...extras } = Object.assign({}, ...given) as JsonObject & { readonly member?: Member }
  const content = message.content.filter((part) => part.type !== 'reasoning')
  const words = thoughts.map((part) => part.text).join('')
  const fields = { ...fieldsOf(member, words, content), ...extras }
  return { ...message, content, providerOptions: withOptions(message, 'openaiCompatible', fields) }
}

function fieldsOf(member: Member | undefined, words: string, content: AssistantMessage['content']): JsonObject {
  if (member === undefined) return words === '' ? {} : { reasoning_content: words }
  if (member !== 'thinking') return { [member]: words }
  const texts = content.flatMap((part) => (part.type === 'text' ? [{ type: 'text', text: part.text }] : []))
  return { content: [{ type: 'thinking', thinking: [{ type: 'text', text: words }] }, ...texts] }
}
