import type { JsonObject, JsonValue } from '../json/json.ts'
import { type InputFile, filesIn, withoutFiles } from './input-file.ts'

export type Message = UserMessage | AssistantMessage | ToolMessage

export interface UserMessage {
  readonly role: 'user'
  readonly text: string
  /** Absent where there are none. */
  readonly files?: readonly InputFile[]
}

export interface AssistantMessage {
  readonly role: 'assistant'
  readonly parts: readonly AssistantPart[]
}

export interface ToolMessage {
  readonly role: 'tool'
  readonly results: readonly ToolResult[]
}

export type AssistantPart = TextPart | ReasoningPart | ToolCall

interface PartFields {
  /** What the provider wants back with this part in the next call (a reasoning signature, an item id). Opaque to us. */
  readonly provider?: JsonObject
}

export interface TextPart extends PartFields {
  readonly type: 'text'
  readonly text: string
}

export interface ReasoningPart extends PartFields {
  readonly type: 'reasoning'
  readonly text: string
}

export interface ToolCall extends PartFields {
  readonly type: 'tool_call'
  /** Unique within the turn. */
  readonly id: string
  readonly name: string
  /** The arguments as the model wrote them; a string when they were not JSON. */
  readonly input: JsonValue
}

export interface ToolResult {
  readonly callId: string
  readonly name: string
  /** True when `output` says why the call brought no result: the model may correct itself. */
  readonly isError: boolean
  readonly output: JsonValue
}

/** @param fileMembers of the input, which hold files. */
export function userMessage(input: JsonValue, fileMembers: readonly string[] = []): UserMessage {
  const files = filesIn(input, fileMembers)
  const words = withoutFiles(input, fileMembers)
  const text = typeof words === 'string' ? words : JSON.stringify(words)
  return { role: 'user', text, ...(files.length > 0 && { files }) }
}

export function textOf(message: AssistantMessage): string {
  return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

export function toolCallsOf(message: AssistantMessage): readonly ToolCall[] {
  return message.parts.filter((part) => part.type === 'tool_call')
}

/** The message without what only the model that wrote it understands: thoughts, signatures, item ids. */
export function forAnyModel(message: Message): Message {
  if (message.role !== 'assistant') return message
  const parts = message.parts.flatMap((part) => (part.type === 'reasoning' ? [] : [withoutProvider(part)]))
  return { role: 'assistant', parts }
}

function withoutProvider(part: TextPart | ToolCall): TextPart | ToolCall {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const { type, id, name, input } = part
  return { type, id, name, input }
}

/** Tools put it in a header, as part of their idempotency key; the longest that OpenAI takes back. */
const USABLE_ID = /^[\x21-\x7e]{1,64}$/

/**
 * The same message with call ids that are unique within the turn, and that can be used everywhere. Some servers number
 * their calls from 0 in every answer; an id that names two calls would let one call's result stand for the other's.
 */
export function withUniqueCallIds(message: AssistantMessage, earlier: readonly Message[]): AssistantMessage {
  const used = new Set(
    earlier.flatMap((other) => (other.role === 'assistant' ? toolCallsOf(other) : [])).map((call) => call.id),
  )
  const nextCopies = new Map<string, number>()
  const parts = message.parts.map((part) => {
    if (part.type !== 'tool_call') return part
    const given = USABLE_ID.test(part.id) ? part.id : 'call'
    let id = given
    let copy = nextCopies.get(given) ?? 2
    for (; used.has(id); copy++) id = `${given}_${String(copy)}`
    nextCopies.set(given, copy)
    used.add(id)
    return { ...part, id }
  })
  return { role: 'assistant', parts }
}
