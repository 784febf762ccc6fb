import { NANOS_PER_DOLLAR, microsOf } from '#domain/money/cost.ts'
import { JsonBytes } from './json-bytes.ts'
import * as n from './names.ts'
import type { AttributeValue, RunSpans, Span } from './span.ts'

// Shapes of opentelemetry-proto in its JSON mapping: ids as hex, 64-bit integers as text, enums as numbers
// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). Spans are many, so they are written as bytes at
// once. As strings they would be half of what tracing allocates, and alive until they are sent.

export interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue: string }
}

export interface Resource {
  readonly attributes: readonly KeyValue[]
}

/** The scope of all that we record. */
export const SCOPE = { name: 'errand' }

/** `SpanFlags`: the parent's remoteness is known, and it is remote. */
const SAMPLED = 0x01
const HAS_IS_REMOTE = 0x100
const IS_REMOTE = 0x200

/** Attributes that are text alone: of a resource, and of the points of metrics. */
export function textAttributes(attributes: Readonly<Record<string, string>>): readonly KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value.toWellFormed() } }))
}

/** Epoch milliseconds as nanoseconds. */
export function nanos(ms: number): string {
  return `${String(Math.round(ms))}000000`
}

export function metricsRequest(resource: Resource, metrics: readonly object[]): string {
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope: SCOPE, metrics }] }] })
}

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
  json.raw('{"traceId":"').raw(traceId).raw('","spanId":"').raw(spanId)
  if (parentId !== null) json.raw('","parentSpanId":"').raw(parentId)
  json.raw('","startTimeUnixNano":"').raw(nanos(startedAt))
  json.raw('","endTimeUnixNano":"').raw(nanos(Math.max(startedAt, endedAt)))
  json.raw('","name":').string(name).raw(',"kind":').raw(String(kind))
  const flags = SAMPLED | HAS_IS_REMOTE | (parentId !== null && parentId === parent?.spanId ? IS_REMOTE : 0)
  json.raw(',"flags":').raw(String(flags))
  if (traceState !== undefined) json.raw(',"traceState":').string(traceState)
  // STATUS_CODE_ERROR
  if (error)
    json
      .raw(',"status":{"code":2,"message":')
      .string(error.message ?? '')
      .raw('}')
  json.raw(',"attributes":[')
  writeAttributes(json, span)
  json.raw(']}')
}

function writeAttributes(json: JsonBytes, { attributes, cost, error }: Span): void {
  for (const key in attributes) writeAttribute(json, key, attributes[key])
  if (error) writeAttribute(json, n.ERROR_TYPE, error.type)
  if (!cost) return
  // Absent where nothing of it is known.
  if (microsOf(cost) !== null) writeDouble(begin(json, n.COST), cost.nanos / NANOS_PER_DOLLAR).raw('}')
  if (cost.unpricedCalls > 0) writeAttribute(json, n.UNPRICED_CALLS, cost.unpricedCalls)
}

function writeAttribute(json: JsonBytes, key: string, value: AttributeValue | undefined): void {
  if (value !== undefined) writeValue(begin(json, key), value).raw('}')
}

/** @param key of ours: there is nothing in it to escape. */
function begin(json: JsonBytes, key: string): JsonBytes {
  return json.comma().raw('{"key":"').raw(key).raw('","value":')
}

function writeValue(json: JsonBytes, value: AttributeValue): JsonBytes {
  if (typeof value === 'string') return json.raw('{"stringValue":').string(value).raw('}')
  if (typeof value === 'boolean') return json.raw('{"boolValue":').raw(String(value)).raw('}')
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) return writeDouble(json, value)
    return json.raw('{"intValue":"').raw(String(value)).raw('"}')
  }
  json.raw('{"arrayValue":{"values":[')
  for (const one of value) writeValue(json.comma(), one)
  return json.raw(']}}')
}

/** Of a cost always, so that a store of traces sees one type. */
function writeDouble(json: JsonBytes, value: number): JsonBytes {
  return json.raw('{"doubleValue":').raw(JSON.stringify(value)).raw('}')
}
