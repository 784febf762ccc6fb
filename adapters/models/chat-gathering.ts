import { contentParts, reasoningTextOf } from './chat-content.ts'
import { type JsonRecord, idOf, isRecord, record, records, text } from './json-reading.ts'
import { fromFirstWord } from './live-text.ts'
import type { Gathering } from './wire-format.ts'

interface GatheredCall {
  id: string
  index: unknown
  name: string
  arguments: unknown
  extraContent: unknown
}

/** Servers send the pieces of far fewer calls in turn. To look through all of them would be slow where there are many. */
const MOST_IN_TURN = 100

/** A chat completion out of its chunks. */
export class ChatGathering implements Gathering {
  readonly #onText: (text: string) => void
  #content = ''
  #reasoning = ''
  #refusal = ''
  readonly #calls: GatheredCall[] = []
  #finish: unknown = null
  #usage: unknown = null
  #error: unknown
  /** Index of the choice that came first; of others nothing is taken. */
  #choice: unknown
  /** `[DONE]` says it, and that is no event. */
  readonly isFinal = false

  constructor(onText: (text: string) => void) {
    this.#onText = fromFirstWord(onText)
  }

  get isBegun(): boolean {
    return this.#content + this.#reasoning + this.#refusal !== '' || this.#calls.length > 0 || this.isWhole
  }

  get isWhole(): boolean {
    return text(this.#finish) !== ''
  }

  take(chunk: JsonRecord): void {
    const choice = this.#choiceIn(chunk)
    // Moonshot counts in the choice.
    const usage = chunk['usage'] ?? choice['usage']
    if (isRecord(usage)) this.#usage = usage
    this.#error ??= choice['error']
    // Some servers stream one chunk, which is the whole message.
    const delta = record(choice['delta'] ?? (this.isBegun ? null : choice['message']))
    if (choice['finish_reason']) this.#finish = choice['finish_reason']
    this.#takeMessage(delta)
  }

  body(): JsonRecord {
    const message = {
      content: this.#content,
      reasoning_content: this.#reasoning,
      refusal: this.#refusal,
      tool_calls: this.#calls.map(({ id, extraContent, ...called }) => ({
        id,
        extra_content: extraContent,
        function: called,
      })),
    }
    return { choices: [{ message, finish_reason: this.#finish, error: this.#error }], usage: this.#usage }
  }

  #choiceIn(chunk: JsonRecord): JsonRecord {
    const choices = records(chunk['choices'])
    this.#choice ??= choices[0]?.['index']
    return choices.find(({ index }) => index === undefined || index === this.#choice) ?? {}
  }

  #takeMessage(delta: JsonRecord): void {
    this.#reasoning += reasoningTextOf(delta)
    for (const part of contentParts(delta['content'])) {
      if (part.type === 'text') this.#content += this.#passOn(part.text)
      else this.#reasoning += part.text
    }
    if (typeof delta['refusal'] === 'string') this.#refusal += this.#passOn(delta['refusal'])
    for (const call of records(delta['tool_calls'])) this.#takeCall(call)
    if (isRecord(delta['function_call'])) this.#takeCall({ index: 0, function: delta['function_call'] })
  }

  #passOn(piece: string): string {
    this.#onText(piece)
    return piece
  }

  #takeCall(delta: JsonRecord): void {
    const called = isRecord(delta['function']) ? delta['function'] : delta
    const name = text(called['name'])
    const call = this.#callFor({ id: idOf(delta['id']), index: delta['index'], name })
    call.name ||= name
    call.extraContent ??= delta['extra_content']
    const given = called['arguments']
    if (typeof given === 'string' && typeof call.arguments === 'string') call.arguments += given
    else if (given !== undefined && given !== null) call.arguments = given
  }

  /**
   * The call that a piece belongs to. Some servers give all calls the same index, or the same id, or one of the two only.
   * Some make a new id for each piece.
   */
  #callFor({ id: given, index, name }: Pick<GatheredCall, 'id' | 'index' | 'name'>): GatheredCall {
    const isNumbered = typeof index === 'number'
    const latest = this.#calls.slice(-MOST_IN_TURN)
    const isKnown = latest.some((call) => call.id === given)
    const id = name !== '' || isKnown || !isNumbered ? given : ''
    const isOther = (call: GatheredCall): boolean =>
      (isNumbered && typeof call.index === 'number' && call.index !== index) ||
      (id !== '' && call.id !== '' && call.id !== id) ||
      (id === '' && name !== '' && call.name !== '' && call.name !== name)
    // A piece with a name alone begins a call; one without an identifier continues the last.
    const canContinue = isNumbered || id !== '' || name === ''
    const known = canContinue ? latest.findLast((call) => !isOther(call)) : undefined
    if (known) {
      known.id ||= id
      return known
    }
    const call = { id, index, name, arguments: '' as unknown, extraContent: undefined }
    this.#calls.push(call)
    return call
  }
}
