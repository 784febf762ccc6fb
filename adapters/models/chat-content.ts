import type { ReasoningPart, TextPart } from '#domain/agent/message.ts'
import { IN_CONTENT } from './chat-thoughts.ts'
import { type JsonRecord, firstOf, isRecord, record, records, text } from './json-reading.ts'
import { valuesIn } from './loose-json.ts'

type Said = readonly (TextPart | ReasoningPart)[]

/** Some servers give the JSON that the model wrote as a value, and not as a text. */
export function contentParts(content: unknown): Said {
  const parts = partsIn(content)
  return parts.length === 0 && isValue(content) ? [{ type: 'text', text: JSON.stringify(content) }] : parts
}

function isValue(content: unknown): boolean {
  if (!isRecord(content)) return typeof content === 'number'
  return !('type' in content) && Object.keys(content).length > 0 && callsInContent(content).length === 0
}

/** A text, a part with text, or a list of texts, parts with text, and thoughts (Mistral). */
function partsIn(content: unknown): Said {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (Array.isArray(content)) return content.flatMap(partsIn)
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

/** The words by which a message refuses: beside its content, or in it. */
export function refusalIn({ refusal, content }: JsonRecord): string {
  if (typeof content !== 'object') return text(refusal)
  const parts = records(content).filter(({ type }) => type === 'refusal')
  return text(refusal) || parts.map((part) => text(part['refusal'])).join('')
}

/** The calls in a message, or in a piece of one; of a gateway that says them twice, only once. */
export function callPieces(message: JsonRecord): readonly JsonRecord[] {
  const calls = listed(message['tool_calls'] ?? message['toolCalls'])
  if (calls.length > 0) return calls
  const older = records(message['function_call']).map((called, index) => ({ index, function: called }))
  return older.length > 0 ? older : callsInContent(message['content'])
}

/** Some servers write the list as a text. */
function listed(calls: unknown): readonly JsonRecord[] {
  return records(typeof calls === 'string' ? valuesIn(calls)[0] : calls)
}

/** As OpenAI, Anthropic and Google call them. */
const CALLS = new Set<unknown>(['tool_use', 'tool_call', 'function_call', 'toolUse', 'toolCall', 'functionCall'])

/** Gateways may leave the calls of Anthropic and others in the content. Those of tools that run there are not among them. */
function callsInContent(content: unknown): readonly JsonRecord[] {
  return records(content).flatMap((part) => {
    const inner = [...CALLS].map((name) => part[name as string]).find(isRecord)
    const call = inner ?? (CALLS.has(part['type']) ? part : undefined)
    return call ? [{ ...call, id: firstOf(call, ['id', 'call_id', 'toolUseId']) }] : []
  })
}
