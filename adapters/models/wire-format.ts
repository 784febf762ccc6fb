import type { LanguageModelV4CallOptions, SharedV4Warning } from '@ai-sdk/provider'
import type { AssistantPart } from '#domain/agent/message.ts'
import type { Usage } from '#domain/agent/usage.ts'
import type { JsonRecord } from './json-reading.ts'

export interface WireRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonRecord
  /** What of the request has no place in it. */
  readonly warnings: readonly SharedV4Warning[]
}

/** How requests of one kind of API look, and in which format it answers. */
export interface WireFormat {
  prepare(options: LanguageModelV4CallOptions): Promise<WireRequest>
  /** Members of the body that ask for a stream. */
  readonly streaming: JsonRecord
  readonly answers: AnswerFormat
}

/** How answers of one kind of API look. Watched or not, an answer is read by `read` alone. */
export interface AnswerFormat {
  /** @param onText is given the answer's text piece by piece. */
  gather(onText: (text: string) => void): Gathering
  /** Reads what it can of an answer, and never throws. */
  read(body: JsonRecord): WireAnswer
}

/** Puts the events of a stream together to the answer that would have come without one. */
export interface Gathering {
  take(event: JsonRecord): void
  /** Whether anything of the answer has come. */
  readonly isBegun: boolean
  /** Whether the answer has ended; more may be said of it, such as its usage. */
  readonly isWhole: boolean
  /** Whether nothing more will be said. */
  readonly isFinal: boolean
  body(): JsonRecord
}

export interface WireAnswer {
  readonly parts: readonly AssistantPart[]
  /** Why the answer ended, in the provider's own word; `''` when it does not say. */
  readonly finish: string
  readonly usage: Usage
  /** What the provider says went wrong. */
  readonly error?: unknown
}
