import { ChatCallGathering } from './chat-call-gathering.ts'
import { callPieces, contentParts, refusalIn } from './chat-content.ts'
import { ExtrasGathering } from './chat-extras.ts'
import { reasoningOf } from './chat-thoughts.ts'
import { finishIn } from './finish-reason.ts'
import { type JsonRecord, isRecord, numberIn, record, records, withLater } from './json-reading.ts'
import { fromFirstWord } from './live-text.ts'
import type { Gathering } from './wire-format.ts'

/** Where a choice says why it ended. */
export const FINISHES = ['finish_reason', 'finishReason', 'finish_details', 'native_finish_reason']

/** A chat completion out of its chunks. */
export class ChatGathering implements Gathering {
  readonly #onText: (text: string) => void
  #content = ''
  /** Thoughts in the content. */
  #thoughts = ''
  #refusal = ''
  /** Thoughts beside the content, and the member in which they came. */
  #reasoning = ''
  #reasoningMember: string | null = null
  readonly #calls = new ChatCallGathering()
  readonly #extras = new ExtrasGathering()
  #finish = ''
  #usage: JsonRecord = {}
  #error: unknown
  /** Index of the choice that came first; of others only calls are taken, where it has none itself. */
  #choice: number | undefined
  /** Index of the choice that calls tools. */
  #caller: number | undefined
  /** Whether its chunks hold messages in place of their pieces; `undefined` before it has begun. */
  #isOfMessages: boolean | undefined
  /** `[DONE]` says it, and that is no event. */
  readonly isFinal = false

  constructor(onText: (text: string) => void) {
    this.#onText = fromFirstWord(onText)
  }

  get isBegun(): boolean {
    const words = [this.#content, this.#thoughts, this.#refusal, this.#reasoning]
    return words.some((said) => said !== '') || this.#calls.isBegun || this.isWhole
  }

  get isWhole(): boolean {
    return this.#finish !== ''
  }

  take(chunk: JsonRecord): void {
    const choices = records(chunk['choices'])
    this.#choice ??= numberIn(choices[0]?.['index'])
    const choice = choices.find((one) => this.#indexOf(one) === this.#choice) ?? {}
    const calls = this.#callsIn(choices)
    this.#usage = withLater(this.#usage, usageIn(chunk, choice))
    this.#error ??= choice['error']
    this.#takeMessage(this.#deltaIn(choice))
    this.#calls.take(calls)
    this.#finish = finishIn(choice, FINISHES) || this.#finish
    if (this.isBegun) this.#isOfMessages ??= !('delta' in choice)
  }

  body(): JsonRecord {
    const message = {
      ...this.#extras.fields(),
      ...(this.#reasoningMember !== null && { [this.#reasoningMember]: this.#reasoning }),
      content: this.#thoughts === '' ? this.#content : [{ type: 'thinking', thinking: this.#thoughts }, this.#content],
      refusal: this.#refusal,
      tool_calls: this.#calls.calls(),
    }
    return { choices: [{ message, finish_reason: this.#finish, error: this.#error }], usage: this.#usage }
  }

  #indexOf({ index }: JsonRecord): number | undefined {
    return numberIn(index) ?? this.#choice
  }

  #callsIn(choices: readonly JsonRecord[]): readonly JsonRecord[] {
    const calling = choices
      .map((one) => ({ index: this.#indexOf(one), calls: callPieces(this.#deltaIn(one)) }))
      .filter(({ calls }) => calls.length > 0)
    this.#caller ??= calling[0]?.index
    return calling.filter(({ index }) => index === this.#caller).flatMap(({ calls }) => calls)
  }

  /** Some servers stream as the older API does, and some stream texts. */
  #deltaIn({ delta, message, text: words = delta }: JsonRecord): JsonRecord {
    if (typeof words === 'string') return { content: words }
    return isRecord(delta) ? delta : this.#newsIn(record(message))
  }

  /** Some servers stream messages: one, or pieces, or each with all so far. Others repeat in the end what came in pieces. */
  #newsIn(message: JsonRecord): JsonRecord {
    if (this.#isOfMessages === false) return {}
    const words = message['content']
    const isRepeated = typeof words === 'string' && this.#content !== '' && words.startsWith(this.#content)
    return isRepeated ? { ...message, content: words.slice(this.#content.length) } : message
  }

  #takeMessage(delta: JsonRecord): void {
    const { words, member } = reasoningOf(delta)
    this.#reasoning += words
    if (words !== '') this.#reasoningMember = member
    else this.#reasoningMember ??= member
    for (const part of contentParts(delta['content'])) {
      if (part.type === 'text') this.#content += this.#passOn(part.text)
      else this.#thoughts += part.text
    }
    this.#refusal += this.#passOn(refusalIn(delta))
    this.#extras.take(delta)
  }

  #passOn(piece: string): string {
    this.#onText(piece)
    return piece
  }
}

/** Moonshot counts in the choice, Groq in a member of its own. */
function usageIn(chunk: JsonRecord, choice: JsonRecord): JsonRecord {
  return record(chunk['usage'] ?? choice['usage'] ?? record(chunk['x_groq'])['usage'])
}
