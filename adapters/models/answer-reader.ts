import { type EventSourceParser, createParser } from 'eventsource-parser'
import type { AnswerHead, AnswerSink } from '#adapters/web/post-json.ts'
import {
  CARRIAGE_RETURN,
  COLON,
  LINE_FEED,
  afterKeepAlive,
  beginningOf,
  decoded,
  endsLikeJson,
  holdsLineEnd,
} from './decoded.ts'
import { type AnswerError, BrokenAnswerError } from './answer-error.ts'
import { type JsonRecord, isRecord } from './json-reading.ts'
import { valuesIn } from './loose-json.ts'
import { RefusalError, refusalOf, tellsOfError } from './refusal.ts'
import { unwrappedAnswer, unwrappedEvent } from './unwrapped.ts'
import type { Gathering } from './wire-format.ts'

const MOST_BYTES = 64 * 1024 * 1024
/** What is kept of a refusal, whose words are short. */
const MOST_BYTES_OF_REFUSAL = 64 * 1024

/** A stream that has ended and brought nothing. */
export class EmptyStreamError extends BrokenAnswerError {}

/**
 * One answer, streamed or whole. Its beginning shows which, and not the request or its `Content-Type`. Some servers
 * stream without being asked, some do not when asked, and some say one and do the other. A stream is one of server-sent
 * events, or has one JSON object in each line.
 */
export class AnswerReader implements AnswerSink {
  readonly #gathering: Gathering
  /** Lines since the last event that belong to no field. */
  #strays: string[] = []
  /** Of a stream of events alone: most answers are whole. */
  #parser: EventSourceParser | null = null
  head: AnswerHead = { status: 0, headers: {} }
  /** Called when the answer may be whole (`isWhole`), perhaps often; more may be said of it. */
  onPause: () => void = () => undefined
  /** How many events have said something. */
  eventCount = 0
  #size = 0
  #pieces: Uint8Array[] = []
  #form: 'unknown' | 'whole' | 'events' | 'lines' = 'unknown'
  /** Of the form that is still unknown. */
  #isCommented = false
  #isInComment = false
  /** Of a whole answer: what its first line says has been seen. */
  #isJudged = false
  #isOver = false

  constructor(gathering: Gathering) {
    this.#gathering = gathering
  }

  /** Whether what counts of the answer has come: what breaks after that takes nothing from it. Of a refusal it is the status. */
  get isWhole(): boolean {
    if (this.head.status >= 300) return true
    if (this.#isStream) return this.#gathering.isWhole
    return isObject(valuesIn(this.#text())[0])
  }

  get #isStream(): boolean {
    return this.#form === 'events' || this.#form === 'lines'
  }

  begin(head: AnswerHead): void {
    this.head = head
    if (head.status < 300) return
    this.#form = 'whole'
    this.onPause()
  }

  take(piece: Uint8Array): boolean {
    this.#size += piece.length
    this.#pieces.push(piece)
    if (this.#size > MOST_BYTES) throw new BrokenAnswerError('It is larger than 64 MB')
    if (this.head.status >= 300) return this.#size < MOST_BYTES_OF_REFUSAL
    if (this.#form === 'unknown') this.#findForm(piece)
    if (this.#form === 'whole') this.#judge(piece)
    if (this.#isStream && holdsLineEnd(piece)) this.#takeLines()
    return !this.#isOver
  }

  /**
   * The answer as it comes unstreamed, once there is no more of it.
   * @throws {RefusalError}
   * @throws {BrokenAnswerError}
   */
  body(): JsonRecord {
    if (this.#isStream || (this.#form === 'unknown' && this.#isCommented)) {
      return this.#gathered(() => {
        this.#feed(`${this.#text()}\n\n`)
      })
    }
    const text = this.#text()
    if (this.head.status >= 300) throw refusalOf(this.head, valuesIn(text)[0])
    if (text.trim() === '') throw new BrokenAnswerError('It is empty')
    return this.#wholeBody(valuesIn(text))
  }

  #wholeBody(values: readonly unknown[]): JsonRecord {
    const answer = values.length > 1 ? values : unwrappedAnswer(values[0])
    if (isRecord(answer)) return answer
    if (answer === undefined || answer === null) throw new BrokenAnswerError('It could not be read')
    if (!Array.isArray(answer) || answer.length < 2) throw refusalOf(this.head, answer)
    return this.#gathered(() => {
      for (const event of answer as readonly unknown[]) this.#takeValue('', event)
    })
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

  /** Of an answer that begins like a whole one: an object in the first line, and something after it, is a stream. */
  #judge(piece: Uint8Array): void {
    if (!this.#isJudged && piece.includes(LINE_FEED)) {
      const text = this.#text()
      const end = text.indexOf('\n')
      this.#isJudged = text.slice(end).trim() !== ''
      if (this.#isJudged && isRecord(valuesIn(text.slice(0, end))[0])) this.#form = 'lines'
    }
    if (this.#form === 'whole' && endsLikeJson(piece)) this.onPause()
  }

  #gathered(takeRest: () => void): JsonRecord {
    try {
      if (!this.#isOver) takeRest()
    } catch (error) {
      if (!this.#gathering.isWhole) throw error
    }
    const { isBegun, isWhole } = this.#gathering
    if (!isBegun) throw new EmptyStreamError('The stream ended before the answer began')
    if (!isWhole && !this.#isOver) throw this.#brokenOff()
    return this.#gathering.body()
  }

  #brokenOff(): AnswerError {
    const page = this.#strays.join('\n')
    if (PAGE.test(page)) return refusalOf(this.head, page)
    return new BrokenAnswerError('The stream broke off before the answer was whole')
  }

  /** Whole lines, so that no character is cut in two. */
  #takeLines(): void {
    const last = this.#pieces.pop() ?? new Uint8Array()
    const end = last.lastIndexOf(LINE_FEED) + 1 || last.lastIndexOf(CARRIAGE_RETURN) + 1
    const lines = [...this.#pieces, last.subarray(0, end)]
    this.#pieces = [last.subarray(end)]
    this.#feed(this.#text(lines))
  }

  #feed(text: string): void {
    if (this.#form === 'lines') {
      for (const line of text.split('\n')) this.#takeEvent('', line.trim())
      return
    }
    this.#parser ??= createParser({
      onEvent: ({ event, data }) => {
        this.#takeEvent(event ?? '', data.trim())
      },
      onError: ({ line = '' }) => {
        this.#takeStray(line.trim())
      },
    })
    this.#parser.feed(text)
  }

  #takeEvent(name: string, data: string): void {
    if (this.#isOver || data === '') return
    const values = END.test(data) ? [] : this.#valuesIn(data)
    for (const value of values) this.#takeValue(name, value)
    if (END.test(data) || data.endsWith('[DONE]') || END_EVENTS.has(name)) this.#isOver = true
  }

  #valuesIn(data: string): readonly unknown[] {
    const values = valuesIn([data, ...this.#strays].join('\n'))
    this.#strays = []
    if (values.length > 0) return values
    throw ERROR.test(data)
      ? refusalOf(this.head, data)
      : new BrokenAnswerError('A part of the stream could not be read')
  }

  /** A line that is no field: the rest of an event that was not put on one line, an error, or the end. */
  #takeStray(line: string): void {
    if (this.#isOver) return
    const value = valuesIn(line.replace(/^error:/, ''))[0]
    if (ERROR.test(line) || tellsOfError(value)) throw refusalOf(this.head, value)
    if (END.test(line)) this.#isOver = true
    else this.#strays.push(line)
  }

  #takeValue(name: string, event: unknown): void {
    if (this.#isOver) return
    const isError = name === 'error' || tellsOfError(event) || (typeof event === 'string' && ERROR.test(event))
    if (isError) throw new RefusalError(this.head, event)
    // What is no object keeps the connection alive, and says nothing.
    if (isRecord(event)) this.#gather(name, event)
  }

  #gather(name: string, event: JsonRecord): void {
    // Some servers leave out the type, which is also the event's name.
    const said = unwrappedEvent(name === '' ? event : { type: name, ...event })
    this.#gathering.take(said)
    if (!keepsAlive(said)) this.eventCount++
    this.#isOver = this.#gathering.isFinal
    if (this.#gathering.isWhole) this.onPause()
  }

  #text(pieces: readonly Uint8Array[] = this.#pieces): string {
    return decoded(pieces, this.head.headers['content-type'] ?? '')
  }
}

/** After the last event of a chat completion. */
const END = /^"?(?:\[DONE\]|DONE)"?$/i
const END_EVENTS = new Set(['done', 'end'])

/** How the page of a proxy begins, behind which the stream broke off. */
const PAGE = /^<(?:!doctype|html|head|title|h1)\b/i

/** How an error in words begins. */
const ERROR = /^\[?error\b/i

const LONGEST_FIELD = 'event:'.length

/** By the first characters; `unknown` as long as there are too few. */
function formOf(bytes: Uint8Array): 'unknown' | 'whole' | 'events' {
  const start = beginningOf(bytes)
  if (/^(?:data|event|id|retry|error):/.test(start)) return 'events'
  return start === '' || (start.length < LONGEST_FIELD && /^[deir]/.test(start)) ? 'unknown' : 'whole'
}

function keepsAlive({ type, choices }: JsonRecord): boolean {
  return type === 'ping' || !(type !== undefined || (Array.isArray(choices) && choices.length > 0))
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
