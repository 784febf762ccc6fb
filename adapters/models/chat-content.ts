import type { ReasoningPart, TextPart } from '#domain/agent/message.ts'
import { type JsonRecord, record, records, text } from './json-reading.ts'

export function reasoningTextOf(message: JsonRecord): string {
  return text(message['reasoning_content']) || text(message['reasoning'])
}

/** A text, a part with text, or a list of texts, parts with text, and thoughts (Mistral). */
export function contentParts(content: unknown): readonly (TextPart | ReasoningPart)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (Array.isArray(content)) return content.flatMap(contentParts)
  const { type, text: words, thinking } = record(content)
  if (type === 'thinking') return [{ type: 'reasoning', text: thoughts(thinking) }]
  return typeof words === 'string' ? contentParts(words) : []
}

function thoughts(thinking: unknown): string {
  if (typeof thinking === 'string') return thinking
  return records(thinking)
    .map((part) => text(part['text']))
    .join('')
}
