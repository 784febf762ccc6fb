import { type JsonRecord, isRecord, numberIn, record, records, text } from './json-reading.ts'
import { fromFirstWord } from './live-text.ts'
import { latestWith, wholeOf } from './repeated-pieces.ts'
import type { Gathering } from './wire-format.ts'

/** Events that carry the response as it is in the end. */
const ENDINGS = new Set(
  ['completed', 'incomplete', 'failed', 'cancelled', 'done'].map((status) => `response.${status}`),
)

/** A response out of its events. The last of them repeats it whole; where it does not, its items have come one by one. */
export class ResponsesGathering implements Gathering {
  readonly #onText: (text: string) => void
  readonly #items = new Map<unknown, JsonRecord>()
  /** Arguments of calls, which also come in pieces; `latest` as `latestWith` has it. */
  readonly #arguments = new Map<unknown, { readonly all: unknown; readonly latest: string | null }>()
  /** The index of the item with each id: some servers name an item by the one here, and by the other there. */
  readonly #indexes = new Map<unknown, unknown>()
  /** Where several calls share an index: which key has each item, and the latest at each index. */
  readonly #ownKeys = new Map<unknown, unknown>()
  readonly #latestAt = new Map<unknown, unknown>()
  readonly #ended = new Set<unknown>()
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
    if (type.startsWith('response.output_item.')) this.#takeItem(event, record(event['item']))
    else if (type.startsWith('response.function_call_arguments.')) this.#takeArguments(event)
    else if (ENDINGS.has(type))
      this.#ending = { status: type.slice('response.'.length), ...record(event['response'] ?? event) }
    // Some servers stream one event, which is the whole response.
    else if ('output' in event) this.#ending = event
    else this.#takeWords(type, event)
  }

  body(): JsonRecord {
    const response = this.#ending ?? {}
    const [told, gathered] = [records(response['output']), this.#output()]
    // Some servers leave the calls out of what they repeat in the end.
    const isTold = told.length > 0 && (told.some(isCall) || !gathered.some(isCall))
    const output = isTold ? told.map((item, index) => this.#withArguments(item, index)) : gathered
    return { ...response, output, output_text: this.#texts }
  }

  #passOn(piece: string): string {
    this.#onText(piece)
    return piece
  }

  #takeWords(type: string, event: JsonRecord): void {
    switch (type) {
      case 'response.output_text.delta':
        this.#texts += this.#passOn(text(event['delta']))
        break
      case 'response.refusal.delta':
        this.#refusal += this.#passOn(text(event['delta']))
        break
      case 'response.refusal.done':
        if (this.#refusal === '') this.#refusal = this.#passOn(text(event['refusal']))
        break
      // Some servers send a text once, when it is whole.
      case 'response.output_text.done':
      case 'response.content_part.done':
        if (this.#texts === '') this.#texts = this.#passOn(text(event['text']) || text(record(event['part'])['text']))
    }
  }

  #takeArguments(event: JsonRecord): void {
    const key = this.#keyOf(event)
    const isWhole = event['type'] === 'response.function_call_arguments.done'
    const { all, latest } = this.#arguments.get(key) ?? { all: '', latest: '' }
    const given = event['delta']
    // Some servers send arguments as an object.
    if (isWhole || isRecord(given))
      this.#arguments.set(key, { all: isWhole ? event['arguments'] : given, latest: null })
    else this.#arguments.set(key, { all: text(all) + text(given), latest: latestWith(latest, text(given)) })
  }

  /** What an item says of its arguments in the end stands above their pieces. */
  #takeItem(event: JsonRecord, item: JsonRecord): void {
    const at = this.#keyOf(event)
    const known = this.#items.get(at)
    const isEnd = event['type'] === 'response.output_item.done'
    const key = known && isOtherCall(known, item) ? this.#keyBeside(at, { known, item, event, isEnd }) : at
    this.#items.set(key, item)
    if (isEnd) this.#ended.add(key)
    if (isEnd && item['arguments']) this.#arguments.delete(key)
  }

  /** Which item an event is about. */
  #keyOf(event: JsonRecord): unknown {
    const id = event['item_id'] ?? record(event['item'])['id']
    const own = this.#ownKeys.get(id)
    if (own !== undefined) return own
    const index = event['output_index'] ?? this.#indexes.get(id) ?? id
    if (id !== undefined) this.#indexes.set(id, index)
    return this.#latestAt.get(index) ?? index
  }

  /** Of a call at the index of another one: between that and the next index. */
  #keyBeside(at: unknown, { known, item, event, isEnd }: Beside): unknown {
    const same = [...this.#items].find(([, one]) => one['call_id'] === item['call_id'])
    // Some servers give a call another id when it ends, so an end is of another call only behind an end.
    if (!same && isEnd && !this.#ended.has(at)) return at
    const key = same?.[0] ?? (numberIn(at) ?? 0) + STEP
    if (known['id'] !== undefined) this.#ownKeys.set(known['id'], at)
    if (item['id'] !== undefined) this.#ownKeys.set(item['id'], key)
    this.#latestAt.set(event['output_index'], key)
    return key
  }

  /** Some servers leave the arguments out of what they repeat. */
  #withArguments(item: JsonRecord, index: number): JsonRecord {
    if (!isCall(item) || item['arguments']) return item
    return this.#withPieces(item, this.#ownKeys.get(item['id']) ?? this.#indexes.get(item['id']) ?? index)
  }

  #withPieces(item: JsonRecord, key: unknown): JsonRecord {
    const given = this.#arguments.get(key)
    return given ? { ...item, arguments: wholeOf(given.all, given.latest) } : item
  }

  #output(): readonly JsonRecord[] {
    const items = [...this.#items]
      .sort(([one], [other]) => (numberIn(one) ?? 0) - (numberIn(other) ?? 0))
      .map(([key, item]) => this.#withPieces(item, key))
    if (this.#refusal === '') return items
    return [...items, { type: 'message', content: [{ type: 'refusal', refusal: this.#refusal }] }]
  }
}

interface Beside {
  readonly known: JsonRecord
  readonly item: JsonRecord
  readonly event: JsonRecord
  readonly isEnd: boolean
}

const STEP = 2 ** -20

function isOtherCall(known: JsonRecord, item: JsonRecord): boolean {
  const isOther = (name: string): boolean => Boolean(known[name] && item[name]) && known[name] !== item[name]
  return isOther('call_id') && known['id'] !== (item['id'] ?? '')
}

function isCall({ type }: JsonRecord): boolean {
  return type === 'function_call'
}
