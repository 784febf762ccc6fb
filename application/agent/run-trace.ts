import { type TracedRun, modelCallSpan, parentOf, toolCallSpan, traceIdOf } from '#domain/trace/span-ids.ts'
import { type TraceHeaders, traceparentOf } from '#domain/trace/trace-context.ts'
import type { Telemetry } from '#ports/telemetry.ts'

/** What decides on the headers of outgoing requests; `undefined` where telemetry is off. */
export type Sampling = Pick<Telemetry, 'isSampled'> | undefined

/** The trace of one attempt, or of a run without a job, as its calls pass it on. */
export interface RunTrace {
  readonly traceId: string
  /** @param number among all model calls of the run that were begun, from 1. */
  modelCall(number: number): TraceHeaders | undefined
  toolCall(callId: string): TraceHeaders | undefined
}

/** @param attempt as in `attemptSpan`. */
export function runTrace(run: TracedRun, attempt: number, sampling: Sampling): RunTrace {
  const headersOf = outgoing(run, sampling)
  return {
    traceId: traceIdOf(run),
    modelCall: (number) => headersOf(() => modelCallSpan(run.runId, number)),
    toolCall: (callId) => headersOf(() => toolCallSpan(run.runId, attempt, callId)),
  }
}

/** The headers of requests that spans of ours make. Without telemetry, those of the caller are passed on. */
export function outgoing(run: TracedRun, sampling: Sampling): (span: () => string) => TraceHeaders | undefined {
  const given = run.trace?.headers
  if (!sampling) return () => given
  const traceId = traceIdOf(run)
  const isSampled = sampling.isSampled(traceId, parentOf(run))
  return (span) => ({ ...given, traceparent: traceparentOf({ traceId, spanId: span(), isSampled }) })
}
