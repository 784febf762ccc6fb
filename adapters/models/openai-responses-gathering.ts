import { type JsonRecord, record, records, text } from './json-reading.ts'
import { fromFirstWord } from './live-text.ts'
import type { Gathering } from './wire-format.ts'

/** Events that carry the response as it is in the end. */
const ENDINGS = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled'])

/** A response out of its events. The last of them repeats it whole; where it does not, its items have come one by one. */
export class ResponsesGathering implements Gathering {
  readonly #onText: (text: string) => void
  readonly #items = new Map<unknown, JsonRecord>()
  /** Arguments of calls, which also come in pieces. */
  readonly #arguments = new Map<unknown, string>()
  #texts = ''
  #refusal = ''
  #ending: JsonRecord | null = null

  constructor(onText: (text: string) => void) {
    this.#onText = fromFirstWord(onText)
  }

  get isBegun(): boolean {
    return this.#items.size > 0 || this.#texts + this.#refusal !== '' || this.isWhole
  }

  get isWhole(): boolean {
    return this.#ending !== null
  }

  get isFinal(): boolean {
    return this.isWhole
  }

  take(event: JsonRecord): void {
    const type = text(event['type'])
    const delta = text(event['delta'])
    switch (type) {
      case 'response.output_text.delta':
        this.#texts += this.#passOn(delta)
        break
      case 'response.refusal.delta':
        this.#refusal += this.#passOn(delta)
        break
      case 'response.output_item.added':
      case 'response.output_item.done':
        this.#items.set(keyOf(event), record(event['item']))
        break
      case 'response.function_call_arguments.delta':
        this.#arguments.set(keyOf(event), (this.#arguments.get(keyOf(event)) ?? '') + delta)
        break
      case 'response.function_call_arguments.done':
        this.#arguments.set(keyOf(event), text(event['arguments']))
        break
      default:
        if (ENDINGS.has(type)) this.#ending = { status: type.slice('response.'.length), ...record(event['response']) }
        // Some servers stream one event, which is the whole response.
        else if ('output' in event) this.#ending = event
    }
  }

  body(): JsonRecord {
    const response = this.#ending ?? {}
    const output = records(response['output']).length > 0 ? response['output'] : this.#output()
    return { ...response, output, output_text: this.#texts }
  }

  #passOn(piece: string): string {
    this.#onText(piece)
    return piece
  }

  #output(): readonly JsonRecord[] {
    const items = [...this.#items].map(([key, item]) =>
      this.#arguments.has(key) ? { ...item, arguments: this.#arguments.get(key) } : item,
    )
    if (this.#refusal === '') return items
    return [...items, { type: 'message', content: [{ type: 'refusal', refusal: this.#refusal }] }]
  }
}

/** Which item an event is about. */
function keyOf(event: JsonRecord): unknown {
  return event['output_index'] ?? event['item_id'] ?? record(event['item'])['id']
}
