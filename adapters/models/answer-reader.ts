import { createParser } from 'eventsource-parser'
import type { AnswerHead, AnswerSink } from '#adapters/web/post-json.ts'
import { parseMarkingLossy } from '#domain/json/lossy-number.ts'
import { COLON, LINE_FEED, afterKeepAlive, beginningOf, decoded } from './decoded.ts'
import { BrokenAnswerError } from './answer-error.ts'
import { type JsonRecord, isRecord } from './json-reading.ts'
import { RefusalError, tellsOfError } from './refusal.ts'
import type { Gathering } from './wire-format.ts'

const MOST_BYTES = 64 * 1024 * 1024
/** What is kept of a refusal, whose words are short. */
const MOST_BYTES_OF_REFUSAL = 64 * 1024

/** A stream that has ended and brought nothing. */
export class EmptyStreamError extends BrokenAnswerError {}

/**
 * One answer, streamed or whole. Its beginning shows which, and not the request or its `Content-Type`. Some servers
 * stream without being asked, some do not when asked, and some say one and do the other.
 */
export class AnswerReader implements AnswerSink {
  readonly #gathering: Gathering
  readonly #parser = createParser({
    onEvent: ({ event, data }) => {
      this.#takeEvent(event ?? '', data.trim())
    },
  })
  head: AnswerHead = { status: 0, headers: {} }
  /** Called with each event from the one that makes the answer of a stream whole; more may be said of it. */
  onWhole: () => void = () => undefined
  #size = 0
  #pieces: Uint8Array[] = []
  #form: 'unknown' | 'whole' | 'events' = 'unknown'
  /** Of the form that is still unknown. */
  #isCommented = false
  #isInComment = false
  #isOver = false

  constructor(gathering: Gathering) {
    this.#gathering = gathering
  }

  /** Whether what counts of the answer has come: what breaks after that takes nothing from it. Of a refusal it is the status. */
  get isWhole(): boolean {
    if (this.head.status >= 300) return true
    if (this.#form === 'events') return this.#gathering.isWhole
    return isRecord(parsed(this.#decode(this.#pieces)))
  }

  begin(head: AnswerHead): void {
    this.head = head
    if (head.status >= 300) this.#form = 'whole'
  }

  take(piece: Uint8Array): boolean {
    this.#size += piece.length
    this.#pieces.push(piece)
    if (this.#size > MOST_BYTES) throw new BrokenAnswerError('It is larger than 64 MB')
    if (this.head.status >= 300) return this.#size < MOST_BYTES_OF_REFUSAL
    if (this.#form === 'unknown') this.#findForm(piece)
    if (this.#form === 'events' && piece.includes(LINE_FEED)) this.#takeLines()
    return !this.#isOver
  }

  /**
   * The answer as it comes unstreamed, once there is no more of it.
   * @throws {RefusalError}
   * @throws {BrokenAnswerError}
   */
  body(): JsonRecord {
    if (this.#form === 'events' || (this.#form === 'unknown' && this.#isCommented)) return this.#gathered()
    const text = this.#decode(this.#pieces)
    const body = parsed(text)
    if (this.head.status >= 300 || Array.isArray(body) || typeof body === 'string')
      throw new RefusalError(this.head, body)
    if (isRecord(body)) return body
    throw new BrokenAnswerError(text.trim() === '' ? 'It is empty' : 'It could not be read')
  }

  /** Comments come before both forms: some servers keep the connection alive with them until the answer begins. */
  #findForm(piece: Uint8Array): void {
    if (this.#isInComment && !piece.includes(LINE_FEED)) return
    const { rest, isCommented } = afterKeepAlive(this.#pieces)
    this.#pieces = [rest]
    this.#isInComment = rest[0] === COLON
    this.#isCommented ||= isCommented || this.#isInComment
    if (!this.#isInComment) this.#form = formOf(rest)
  }

  #gathered(): JsonRecord {
    if (!this.#isOver) this.#parser.feed(`${this.#decode(this.#pieces)}\n\n`)
    const { isBegun, isWhole } = this.#gathering
    if (!isBegun) throw new EmptyStreamError('The stream ended before the answer began')
    if (!isWhole && !this.#isOver) throw new BrokenAnswerError('The stream broke off before the answer was whole')
    return this.#gathering.body()
  }

  /** Whole lines, so that no character is cut in two. */
  #takeLines(): void {
    const last = this.#pieces.pop() ?? new Uint8Array()
    const end = last.lastIndexOf(LINE_FEED) + 1
    const lines = [...this.#pieces, last.subarray(0, end)]
    this.#pieces = [last.subarray(end)]
    this.#parser.feed(this.#decode(lines))
  }

  #takeEvent(name: string, data: string): void {
    if (this.#isOver || data === '') return
    if (data === '[DONE]') {
      this.#isOver = true
      return
    }
    const event = parsed(data)
    if (name === 'error' || tellsOfError(event)) throw new RefusalError(this.head, event)
    if (event === undefined) throw new BrokenAnswerError('A part of the stream could not be read')
    // What is no object keeps the connection alive, and says nothing.
    if (isRecord(event)) this.#gather(name, event)
  }

  #gather(name: string, event: JsonRecord): void {
    // Some servers leave out the type, which is also the event's name.
    this.#gathering.take(name === '' ? event : { type: name, ...event })
    this.#isOver = this.#gathering.isFinal
    if (this.#gathering.isWhole) this.onWhole()
  }

  #decode(pieces: readonly Uint8Array[]): string {
    return decoded(pieces, this.head.headers['content-type'] ?? '')
  }
}

const LONGEST_FIELD = 'event:'.length

/** By the first characters; `unknown` as long as there are too few. */
function formOf(bytes: Uint8Array): 'unknown' | 'whole' | 'events' {
  const start = beginningOf(bytes)
  if (/^(?:data|event|id|retry):/.test(start)) return 'events'
  return start === '' || (start.length < LONGEST_FIELD && /^[deir]/.test(start)) ? 'unknown' : 'whole'
}

/** JSON; the text itself where it does not even begin like JSON; `undefined` for what begins so and is none, and for nothing. */
function parsed(text: string): unknown {
  try {
    return parseMarkingLossy(text)
  } catch {
    const start = text.trimStart().slice(0, 1)
    // Never quoted: it may be half of an answer.
    return start === '' || '{["'.includes(start) ? undefined : text
  }
}
