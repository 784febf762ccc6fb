import type { AssistantPart } from '#domain/agent/message.ts'
import type { ModelError } from '#domain/model/errors.ts'
import type { ModelReply } from '#ports/model.ts'

/** An answer as some server gives it, and what it means. */
export interface Row {
  readonly what: string
  /** The body of a whole answer, the events of a stream, or a text as it stands. */
  readonly answer: object | string
  readonly parts?: readonly Partial<AssistantPart>[]
  readonly reply?: Partial<ModelReply>
  readonly error?: Partial<Pick<ModelError, 'message' | 'retryable' | 'retryAfterMs' | 'usage'>>
}

export const okParts = [{ type: 'text', text: 'ok' }] as const

/** More digits than a double holds. */
export const BIG = '2512292042121000001'

export function lookup(input: unknown, id = 'a'): Partial<AssistantPart> {
  return { type: 'tool_call', id, name: 'lookup', input } as Partial<AssistantPart>
}

export function usage(inputTokens: number, outputTokens: number): ModelReply['usage'] {
  return { inputTokens, outputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }
}

export function sse(events: readonly object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}
