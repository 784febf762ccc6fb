import { NANOS_PER_DOLLAR, microsOf } from '#domain/money/cost.ts'
import { JsonBytes, pieceOf } from './json-bytes.ts'
import * as n from './names.ts'
import { type Resource, SCOPE, nanos } from './otlp-json.ts'
import type { AttributeValue, RunSpans, Span } from './span.ts'

// Spans are many, so they are written as bytes at once. As strings they would be half of what tracing allocates, and
// alive until they are sent. Names are the same in each span, so they are bytes from the start.

/** `SpanFlags`: the parent's remoteness is known, and it is remote. */
const SAMPLED = 0x01
const HAS_IS_REMOTE = 0x100
const IS_REMOTE = 0x200

const TRACE_ID = pieceOf('{"traceId":"')
const SPAN_ID = pieceOf('","spanId":"')
const PARENT_ID = pieceOf('","parentSpanId":"')
const STARTED_AT = pieceOf('","startTimeUnixNano":"')
const ENDED_AT = pieceOf('","endTimeUnixNano":"')
const NAME = pieceOf('","name":')
const KIND = pieceOf(',"kind":')
const FLAGS = pieceOf(',"flags":')
const TRACE_STATE = pieceOf(',"traceState":')
/** `STATUS_CODE_ERROR` */
const FAILED = pieceOf(',"status":{"code":2,"message":')
const END = pieceOf('}')
const ATTRIBUTES = pieceOf(',"attributes":[')
const END_OF_SPAN = pieceOf(']}')

/** What is before the value of an attribute, by its key; and what is after it. */
const TEXT = valueIn('{"stringValue":', '}}')
const INTEGER = valueIn('{"intValue":"', '"}}')
const DOUBLE = valueIn('{"doubleValue":', '}}')
const TEXTS = valueIn('{"arrayValue":{"values":[', ']}}}')

/** What the spans of a job need, in bytes. */
const FIRST_SIZE = 8192

/** A request with spans, each written when it is added. */
export class SpansRequest {
  readonly #json = new JsonBytes(FIRST_SIZE)
  #count = 0
  #size = 0
  #isWhole = false

  constructor(resource: Resource) {
    this.#json.raw('{"resourceSpans":[{"resource":').value(resource).raw(',"scopeSpans":[{"scope":').value(SCOPE)
    this.#json.raw(',"spans":[')
  }

  /** Of its spans. */
  get count(): number {
    return this.#count
  }

  /** Of its spans, in bytes. */
  get size(): number {
    return this.#size
  }

  /** Whether its body was made. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** The size of the span. */
  add(run: RunSpans, span: Span): number {
    const before = this.#json.length
    writeSpan(this.#json.comma(), run, span)
    this.#count++
    this.#size += this.#json.length - before
    return this.#json.length - before
  }

  /** Nothing can be added after it. */
  body(): Uint8Array<ArrayBuffer> {
    if (!this.#isWhole) this.#json.raw(']}]}]}')
    this.#isWhole = true
    return this.#json.written
  }
}

/** Ids are hex, and need no escape. */
function writeSpan(json: JsonBytes, { traceId, traceState, parent }: RunSpans, span: Span): void {
  const { spanId, parentId, name, kind, startedAt, endedAt, error } = span
  json.piece(TRACE_ID).raw(traceId).piece(SPAN_ID).raw(spanId)
  if (parentId !== null) json.piece(PARENT_ID).raw(parentId)
  json.piece(STARTED_AT).raw(nanos(startedAt))
  json.piece(ENDED_AT).raw(nanos(Math.max(startedAt, endedAt)))
  json.piece(NAME).string(name).piece(KIND).raw(String(kind))
  const flags = SAMPLED | HAS_IS_REMOTE | (parentId !== null && parentId === parent?.spanId ? IS_REMOTE : 0)
  json.piece(FLAGS).raw(String(flags))
  if (traceState !== undefined) json.piece(TRACE_STATE).string(traceState)
  if (error)
    json
      .piece(FAILED)
      .string(error.message ?? '')
      .piece(END)
  json.piece(ATTRIBUTES)
  writeAttributes(json, span)
  json.piece(END_OF_SPAN)
}

function writeAttributes(json: JsonBytes, { attributes, cost, error }: Span): void {
  for (const key in attributes) writeAttribute(json, key, attributes[key])
  if (error) writeAttribute(json, n.ERROR_TYPE, error.type)
  if (!cost) return
  // Absent where nothing of it is known.
  if (microsOf(cost) !== null) writeDouble(json, n.COST, cost.nanos / NANOS_PER_DOLLAR)
  if (cost.unpricedCalls > 0) writeAttribute(json, n.UNPRICED_CALLS, cost.unpricedCalls)
}

/** @param key of ours: there is nothing in it to escape. */
function writeAttribute(json: JsonBytes, key: string, value: AttributeValue | undefined): void {
  if (value === undefined) return
  if (typeof value === 'string') json.comma().piece(TEXT.before(key)).string(value).piece(TEXT.after)
  else if (typeof value !== 'number') writeTexts(json, key, value)
  else if (Number.isSafeInteger(value)) json.comma().piece(INTEGER.before(key)).raw(String(value)).piece(INTEGER.after)
  else writeDouble(json, key, value)
}

/** Of a cost always, so that a store of traces sees one type. */
function writeDouble(json: JsonBytes, key: string, value: number): void {
  json.comma().piece(DOUBLE.before(key)).raw(JSON.stringify(value)).piece(DOUBLE.after)
}

function writeTexts(json: JsonBytes, key: string, texts: readonly string[]): void {
  json.comma().piece(TEXTS.before(key))
  for (const text of texts) json.comma().raw('{"stringValue":').string(text).piece(END)
  json.piece(TEXTS.after)
}

interface Around {
  readonly before: (key: string) => Uint8Array
  readonly after: Uint8Array
}

function valueIn(before: string, after: string): Around {
  /** Keys are few: those of `names.ts`. */
  const known = new Map<string, Uint8Array>()
  return {
    before: (key) => {
      const piece = known.get(key) ?? pieceOf(`{"key":"${key}","value":${before}`)
      known.set(key, piece)
      return piece
    },
    after: pieceOf(after),
  }
}
