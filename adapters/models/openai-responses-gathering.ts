import { type JsonRecord, record, records, text } from './json-reading.ts'
import { fromFirstWord } from './live-text.ts'
import type { Gathering } from './wire-format.ts'

/** Events that carry the response as it is in the end. */
const ENDINGS = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled'])

/** A response out of its events. The last of them repeats it whole; where it does not, its items have come one by one. */
export class ResponsesGathering implements Gathering {
  readonly #onText: (text: string) => void
  readonly #items = new Map<unknown, JsonRecord>()
  #texts = ''
  #ending: JsonRecord | null = null

  constructor(onText: (text: string) => void) {
    this.#onText = fromFirstWord(onText)
  }

  get isBegun(): boolean {
    return this.#items.size > 0 || this.#texts !== '' || this.isWhole
  }

  get isWhole(): boolean {
    return this.#ending !== null
  }

  get isFinal(): boolean {
    return this.isWhole
  }

  take(event: JsonRecord): void {
    const type = text(event['type'])
    if (type === 'response.output_text.delta' || type === 'response.refusal.delta') {
      if (typeof event['delta'] !== 'string') return
      this.#texts += event['delta']
      this.#onText(event['delta'])
    } else if (type === 'response.output_item.added' || type === 'response.output_item.done') {
      this.#items.set(event['output_index'], record(event['item']))
    } else if (ENDINGS.has(type)) {
      this.#ending = { status: type.slice('response.'.length), ...record(event['response']) }
    }
  }

  body(): JsonRecord {
    const response = this.#ending ?? {}
    const output = records(response['output']).length > 0 ? response['output'] : [...this.#items.values()]
    return { ...response, output, output_text: this.#texts }
  }
}
