import type { ReasoningPart, TextPart } from '#domain/agent/message.ts'
import { IN_CONTENT } from './chat-thoughts.ts'
import { record, records, text } from './json-reading.ts'

/** A text, a part with text, or a list of texts, parts with text, and thoughts (Mistral). */
export function contentParts(content: unknown): readonly (TextPart | ReasoningPart)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (Array.isArray(content)) return content.flatMap(contentParts)
  const part = record(content)
  if (part['type'] === 'thinking') return [{ type: 'reasoning', text: thoughts(part['thinking']), ...IN_CONTENT }]
  const words = text(part['text']) || text(record(part['text'])['value']) || text(part['content'])
  return words === '' ? [] : [{ type: 'text', text: words }]
}

function thoughts(thinking: unknown): string {
  if (typeof thinking === 'string') return thinking
  return records(thinking)
    .map((part) => text(part['text']))
    .join('')
}
