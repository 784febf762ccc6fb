import { finishIn } from './finish-reason.ts'
import { type JsonRecord, blocks, record, text, withLater } from './json-reading.ts'
import { fromFirstWord } from './live-text.ts'
import { latestWith, wholeOf } from './repeated-pieces.ts'
import type { Gathering } from './wire-format.ts'

/** A block, with the pieces of its arguments in a row, and the latest of them. */
type Block = Record<string, unknown> & { json?: unknown; latest?: string | null }

/** Which member of a block each kind of piece continues. */
const CONTINUED: Readonly<Record<string, readonly [member: string, pieceMember: string] | undefined>> = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'thinking'],
  signature_delta: ['signature', 'signature'],
  input_json_delta: ['json', 'partial_json'],
}

/** Some servers leave out what kind of piece it is. */
function untyped(delta: JsonRecord): readonly [member: string, pieceMember: string] {
  return Object.values(CONTINUED).find((kind) => kind && kind[1] in delta) ?? ['', '']
}

/** A message out of its events. */
export class AnthropicGathering implements Gathering {
  readonly #onText: (text: string) => void
  #say: (piece: string) => void = () => undefined
  #message: JsonRecord = {}
  readonly #blocks: Block[] = []
  /** The last block with each index: some servers give all blocks the same, or none. */
  readonly #byIndex = new Map<string, Block>()
  isFinal = false

  constructor(onText: (text: string) => void) {
    this.#onText = onText
  }

  get isBegun(): boolean {
    return this.#blocks.length > 0 || this.isWhole
  }

  get isWhole(): boolean {
    return finishIn(this.#message, ['stop_reason']) !== ''
  }

  take(event: JsonRecord): void {
    switch (event['type']) {
      case 'message':
        this.#message = event
        for (const block of blocks(event['content'])) this.#begin(undefined, block)
        break
      case 'message_start':
        this.#message = record(event['message'])
        break
      case 'content_block_start':
        this.#begin(event['index'], record(event['content_block']))
        break
      case 'content_block_delta':
        this.#continue(event['index'], record(event['delta']))
        break
      case 'message_delta':
        this.#note(record(event['delta']), record(event['usage'] ?? record(event['delta'])['usage']))
        break
      case 'message_stop':
        this.isFinal = true
    }
  }

  body(): JsonRecord {
    const content = this.#blocks.map(({ json, latest = null, ...block }) => {
      // Pieces of arguments come in place of the empty ones that a block begins with.
      return json === undefined || json === '' ? block : { ...block, input: wholeOf(json, latest) }
    })
    return { ...this.#message, ...(content.length > 0 && { content }) }
  }

  #begin(index: unknown, block: JsonRecord): void {
    this.#add(index, { ...block })
    // Texts come one after the other.
    this.#say = fromFirstWord(this.#onText)
    if (block['type'] === 'text') this.#say(text(block['text']))
  }

  #add(index: unknown, block: Block): Block {
    this.#blocks.push(block)
    this.#byIndex.set(String(index), block)
    return block
  }

  #continue(index: unknown, delta: JsonRecord): void {
    const [member, pieceMember] = CONTINUED[text(delta['type'])] ?? untyped(delta)
    const piece = delta[pieceMember]
    if (piece === undefined || piece === null) return
    const block = this.#byIndex.get(String(index)) ?? this.#add(index, {})
    block['type'] ??= member
    // Some servers send arguments as an object.
    block[member] = typeof piece === 'string' ? text(block[member]) + piece : piece
    if (member === 'json') block.latest = latestWith(block.latest === undefined ? '' : block.latest, text(piece))
    if (member === 'text') this.#say(text(piece))
  }

  #note(delta: JsonRecord, usage: JsonRecord): void {
    this.#message = { ...this.#message, ...delta, usage: withLater(record(this.#message['usage']), usage) }
  }
}
