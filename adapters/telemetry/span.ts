import type { Cost } from '#domain/money/cost.ts'
import type { TraceContext } from '#domain/trace/trace-context.ts'

export type AttributeValue = string | number | readonly string[]

export type Attributes = Readonly<Record<string, AttributeValue | undefined>>

/** What a span is of. */
export type SpanSubject = 'submission' | 'job' | 'attempt' | 'wait' | 'model' | 'tool' | 'delivery' | 'write'

/** As in `opentelemetry/proto/trace/v1/trace.proto`. */
export const SPAN_KIND = { internal: 1, server: 2, client: 3, producer: 4 } as const

/** A span that has ended. Times are epoch milliseconds. */
export interface Span {
  readonly subject: SpanSubject
  readonly spanId: string
  readonly parentId: string | null
  readonly name: string
  readonly kind: (typeof SPAN_KIND)[keyof typeof SPAN_KIND]
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: Attributes
  /** Of the model calls in it. */
  readonly cost?: Cost | undefined
  /** Why it failed; absent where it did not. */
  readonly error?: SpanError | undefined
}

export interface SpanError {
  /** Of few different values. */
  readonly type: string
  readonly message?: string
}

/** Spans of one run. */
export interface RunSpans {
  readonly traceId: string
  readonly traceState: string | undefined
  readonly tenantId: string
  /** The caller's span. */
  readonly parent: TraceContext | null
  readonly spans: readonly Span[]
}
