// Shapes of opentelemetry-proto in its JSON mapping: ids as hex, 64-bit integers as text, enums as numbers
// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).

export interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue: string }
}

export interface Resource {
  readonly attributes: readonly KeyValue[]
}

/** The scope of all that we record. */
export const SCOPE = { name: 'errand' }

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
