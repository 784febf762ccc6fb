import { type Cost, NANOS_PER_DOLLAR, microsOf } from '#domain/money/cost.ts'
import * as n from './names.ts'
import type { AttributeValue, Attributes, RunSpans, Span } from './span.ts'

// Shapes of opentelemetry-proto in its JSON mapping: ids as hex, 64-bit integers as text, enums as numbers
// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).

export interface KeyValue {
  readonly key: string
  readonly value: object
}

export interface Resource {
  readonly attributes: readonly KeyValue[]
}

/** The scope of all that we record. */
export const SCOPE = { name: 'errand' }

const STATUS_ERROR = 2
/** `SpanFlags`: the parent's remoteness is known, and it is remote. */
const SAMPLED = 0x01
const HAS_IS_REMOTE = 0x100
const IS_REMOTE = 0x200

export function attributesOf(attributes: Attributes): readonly KeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueOf(value) }],
  )
}

function valueOf(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: wellFormed(value) }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  return { arrayValue: { values: value.map(valueOf) } }
}

/** Always a double, so that a store of traces sees one type. Absent where nothing of it is known. */
function costOf(cost: Cost): readonly KeyValue[] {
  return [
    ...(microsOf(cost) !== null ? [{ key: n.COST, value: { doubleValue: cost.nanos / NANOS_PER_DOLLAR } }] : []),
    ...attributesOf({ [n.UNPRICED_CALLS]: cost.unpricedCalls > 0 ? cost.unpricedCalls : undefined }),
  ]
}

/** A lone surrogate has no place in a protobuf string: a collector would refuse the whole batch for it. */
function wellFormed(text: string): string {
  return text.toWellFormed()
}

/** Epoch milliseconds as nanoseconds. */
export function nanos(ms: number): string {
  return `${String(Math.round(ms))}000000`
}

/** @param spans as `encodedSpan` writes them. */
export function spansRequest(resource: Resource, spans: readonly string[]): string {
  const [head, tail] = envelope({ resourceSpans: [{ resource, scopeSpans: [{ scope: SCOPE, spans: [SLOT] }] }] })
  return head + spans.join(',') + tail
}

export function metricsRequest(resource: Resource, metrics: readonly object[]): string {
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope: SCOPE, metrics }] }] })
}

/** Stands for the spans, which are JSON already. No text of JSON can hold it unescaped. */
const SLOT = '\u0000'

function envelope(request: object): readonly [head: string, tail: string] {
  const [head = '', tail = ''] = JSON.stringify(request).split(JSON.stringify(SLOT))
  return [head, tail]
}

export function encodedSpan({ traceId, traceState, parent }: RunSpans, span: Span): string {
  const { spanId, parentId, name, kind, startedAt, endedAt, attributes, cost, error } = span
  const isRemote = parentId !== null && parentId === parent?.spanId
  const type = error && { [n.ERROR_TYPE]: error.type }
  return JSON.stringify({
    traceId,
    spanId,
    ...(traceState !== undefined && { traceState }),
    ...(parentId !== null && { parentSpanId: parentId }),
    flags: SAMPLED | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0),
    name: wellFormed(name),
    kind,
    startTimeUnixNano: nanos(startedAt),
    endTimeUnixNano: nanos(Math.max(startedAt, endedAt)),
    attributes: [...attributesOf({ ...attributes, ...type }), ...(cost ? costOf(cost) : [])],
    ...(error && { status: { code: STATUS_ERROR, message: wellFormed(error.message ?? '') } }),
  })
}
