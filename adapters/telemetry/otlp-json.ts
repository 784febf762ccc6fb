import { type Cost, NANOS_PER_DOLLAR, microsOf } from '#domain/money/cost.ts'
import * as n from './names.ts'
import type { AttributeValue, RunSpans, Span } from './span.ts'

// Shapes of opentelemetry-proto in its JSON mapping: ids as hex, 64-bit integers as text, enums as numbers
// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). Spans are many, so their JSON is written piece by
// piece: to make objects of it first takes several times as long.

export interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue: string }
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

/** Attributes that are text alone: of a resource, and of the points of metrics. */
export function textAttributes(attributes: Readonly<Record<string, string>>): readonly KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value.toWellFormed() } }))
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

/** Ids are hex, and need no escape. */
export function encodedSpan({ traceId, traceState, parent }: RunSpans, span: Span): string {
  const { spanId, parentId, name, kind, startedAt, endedAt, error } = span
  const state = traceState === undefined ? '' : `"traceState":${text(traceState)},`
  const parentSpan = parentId === null ? '' : `"parentSpanId":"${parentId}",`
  const flags = SAMPLED | HAS_IS_REMOTE | (parentId !== null && parentId === parent?.spanId ? IS_REMOTE : 0)
  const times = `"startTimeUnixNano":"${nanos(startedAt)}","endTimeUnixNano":"${nanos(Math.max(startedAt, endedAt))}"`
  const ids = `"traceId":"${traceId}","spanId":"${spanId}",${state}${parentSpan}"flags":${String(flags)}`
  const head = `${ids},"name":${text(name)},"kind":${String(kind)},${times}`
  const status = error ? `,"status":{"code":${String(STATUS_ERROR)},"message":${text(error.message ?? '')}}` : ''
  return `{${head},"attributes":[${attributesOf(span)}]${status}}`
}

function attributesOf({ attributes, cost, error }: Span): string {
  const all = Object.keys(attributes).map((key) => encodedAttribute(key, attributes[key]))
  if (error) all.push(encodedAttribute(n.ERROR_TYPE, error.type))
  if (cost) all.push(...costOf(cost))
  return all.filter((one) => one !== '').join(',')
}

/** @param key of ours: there is nothing in it to escape. */
function encodedAttribute(key: string, value: AttributeValue | undefined): string {
  return value === undefined ? '' : `{"key":"${key}","value":${valueOf(value)}}`
}

function valueOf(value: AttributeValue): string {
  if (typeof value === 'string') return `{"stringValue":${text(value)}}`
  if (typeof value === 'boolean') return `{"boolValue":${String(value)}}`
  if (typeof value === 'number') return Number.isSafeInteger(value) ? `{"intValue":"${String(value)}"}` : double(value)
  return `{"arrayValue":{"values":[${value.map(valueOf).join(',')}]}}`
}

function double(value: number): string {
  return `{"doubleValue":${JSON.stringify(value)}}`
}

/** Always a double, so that a store of traces sees one type. Absent where nothing of it is known. */
function costOf(cost: Cost): readonly string[] {
  const dollars = `{"key":"${n.COST}","value":${double(cost.nanos / NANOS_PER_DOLLAR)}}`
  const unpriced = encodedAttribute(n.UNPRICED_CALLS, cost.unpricedCalls > 0 ? cost.unpricedCalls : undefined)
  return [microsOf(cost) === null ? '' : dollars, unpriced]
}

/** A lone surrogate has no place in a protobuf string: a collector would refuse the whole batch for it. */
function text(value: string): string {
  return JSON.stringify(value.toWellFormed())
}
