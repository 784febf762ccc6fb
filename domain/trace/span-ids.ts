import { hash128, hash64 } from './hash.ts'
import { type RequestTrace, type TraceContext, contextIn } from './trace-context.ts'

/** A turn as the subject of a trace. */
export interface TracedRun {
  readonly runId: string
  readonly trace?: RequestTrace | undefined
}

// Derived, so that every process that works on a job gives its spans the same ids. What goes on after a crash is one
// trace. A span that is exported twice is one span.

/** The caller's trace, or one of the run's own. */
export function traceIdOf(run: TracedRun): string {
  return parentOf(run)?.traceId ?? hash128(run.runId)
}

/** The caller's span. */
export function parentOf({ trace }: TracedRun): TraceContext | null {
  return trace?.headers ? contextIn(trace.headers.traceparent) : null
}

/** What began the job: a request, a schedule, a batch. */
export function submissionSpan(runId: string): string {
  return hash64(`${runId}/submit`)
}

export function jobSpan(runId: string): string {
  return hash64(`${runId}/job`)
}

/** @param attempt counts from 1; 0 is a run without a job. */
export function attemptSpan(runId: string, attempt: number): string {
  return hash64(`${runId}/attempt/${String(attempt)}`)
}

/** @param number of the call among all model calls of the run that were begun, from 1. */
export function modelCallSpan(runId: string, number: number): string {
  return hash64(`${runId}/model/${String(number)}`)
}

/** A call that a crash has cut off has a span in each attempt. */
export function toolCallSpan(runId: string, attempt: number, callId: string): string {
  return hash64(`${runId}/tool/${String(attempt)}/${callId}`)
}

/** @param rounds how often the message was asked for again. @param tries so far in this round. */
export function deliverySpan(
  deliveryId: string,
  { rounds, tries }: { readonly rounds: number; readonly tries: number },
): string {
  return hash64(`${deliveryId}/${String(rounds)}/${String(tries)}`)
}

/** @param seq of the event that ends the span: for spans whose id no request carries. */
export function eventSpan(runId: string, seq: number): string {
  return hash64(`${runId}/event/${String(seq)}`)
}
