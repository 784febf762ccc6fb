import { ANTHROPIC_MESSAGES } from './anthropic.ts'
import { ForeignAnswerError } from './answer-error.ts'
import { CHAT_COMPLETIONS } from './chat-completions.ts'
import { type JsonRecord, isRecord, text } from './json-reading.ts'
import { RESPONSES } from './openai-responses.ts'
import type { AnswerFormat, Gathering } from './wire-format.ts'

// Gateways and pasted addresses: a server may answer in the format of another API than the one that was called. What it
// says was paid for, so it is read in the format that it is in.

interface Marks {
  readonly format: AnswerFormat
  readonly name: string
  /** Which setting leads here, and which models are asked in this format. */
  readonly setting: string
  readonly models: string
  /** Whether an event or a whole answer can be in this format alone. */
  readonly isIn: (said: JsonRecord) => boolean
}

const FORMATS: readonly Marks[] = [
  {
    format: CHAT_COMPLETIONS,
    name: 'chat completions',
    setting: 'OPENAI_COMPATIBLE_BASE_URL',
    models: 'openai-compatible/…',
    isIn: ({ choices }) => typeof choices === 'object' && choices !== null,
  },
  {
    format: ANTHROPIC_MESSAGES,
    name: "Anthropic's messages",
    setting: 'ANTHROPIC_BASE_URL',
    models: 'anthropic/…',
    isIn: ({ type, role, content, stop_reason: end }) =>
      /^(?:message_start|message_delta|content_block_\w+)$/.test(text(type)) ||
      (type === 'message' && role === 'assistant') ||
      (content !== undefined && (end !== undefined || role === 'assistant')),
  },
  {
    format: RESPONSES,
    name: "OpenAI's responses",
    setting: 'OPENAI_BASE_URL',
    models: 'openai/…',
    isIn: ({ type, object, output }) =>
      text(type).startsWith('response.') || object === 'response' || (Array.isArray(output) && output.length > 0),
  },
]

/** Formats that are recognised only to say so. */
const NOT_SPOKEN: readonly Pick<Marks, 'name' | 'isIn'>[] = [
  { name: "Google's generateContent", isIn: ({ candidates }) => Array.isArray(candidates) },
  {
    name: "Cohere's own API",
    isIn: (said) => isText(said['finish_reason']) && (isRecord(said['message']) || isText(said['text'])),
  },
  {
    name: "Ollama's own API",
    isIn: ({ done, message, response }) => typeof done === 'boolean' && (isRecord(message) || isText(response)),
  },
  { name: "Bedrock's Converse", isIn: ({ output, stopReason }) => isRecord(output) && stopReason !== undefined },
  { name: "Anthropic's text completions", isIn: ({ type, completion }) => type === 'completion' && isText(completion) },
  { name: "Hugging Face's text generation", isIn: ({ generated_text: words }) => isText(words) },
]

/** The format that an event or a whole answer is in: another than the expected one only where that is certain. */
export function formatOf(said: JsonRecord, expected: AnswerFormat): AnswerFormat {
  return marksOf(said, expected)?.format ?? expected
}

function marksOf(said: JsonRecord, expected: AnswerFormat): Marks | undefined {
  const asked = FORMATS.find(({ format }) => format === expected)
  return asked?.isIn(said) ? asked : FORMATS.find(({ isIn }) => isIn(said))
}

/**
 * For what cannot be used.
 * @throws {ForeignAnswerError} when it is in another format than the expected one.
 */
export function checkKnown(said: JsonRecord, expected: AnswerFormat): void {
  const asked = FORMATS.find(({ format }) => format === expected)
  const marks = marksOf(said, expected)
  const found = marks ?? NOT_SPOKEN.find(({ isIn }) => isIn(said))
  if (!asked || !found || found === asked) return
  const remedy = marks
    ? `Name the agent's model "${marks.models}" and set ${marks.setting}, or let ${asked.setting} lead to an API of ${asked.name}.`
    : `Let ${asked.setting} lead to an API of ${asked.name}.`
  throw new ForeignAnswerError(`The server answers in the format of ${found.name}, not of ${asked.name}. ${remedy}`)
}

/** A stream in the expected format, or in the one that its first event is in. */
export class AnyGathering implements Gathering {
  readonly #expected: AnswerFormat
  readonly #onText: (text: string) => void
  #gathering: Gathering
  #isCertain = false

  constructor(expected: AnswerFormat, onText: (text: string) => void) {
    this.#expected = expected
    this.#onText = onText
    this.#gathering = expected.gather(onText)
  }

  get isBegun(): boolean {
    return this.#gathering.isBegun
  }

  get isWhole(): boolean {
    return this.#gathering.isWhole
  }

  get isFinal(): boolean {
    return this.#gathering.isFinal
  }

  take(event: JsonRecord): void {
    if (!this.#isCertain) this.#recognise(event)
    this.#gathering.take(event)
  }

  body(): JsonRecord {
    return this.#gathering.body()
  }

  #recognise(event: JsonRecord): void {
    const marks = marksOf(event, this.#expected)
    if (!marks && !this.isBegun) checkKnown(event, this.#expected)
    this.#isCertain = this.isBegun || marks !== undefined
    if (marks && marks.format !== this.#expected && !this.isBegun) this.#gathering = marks.format.gather(this.#onText)
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
