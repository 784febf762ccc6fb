import type { TraceContext } from '#domain/trace/trace-context.ts'

export interface Sampler {
  /** Part of the traces that are recorded, from 0 to 1. */
  readonly ratio: number
  /** Whether the caller's decision counts, where there is a caller. */
  readonly followsParent: boolean
}

/** 56 bits: what the W3C wants random in a trace id. */
const DIGITS = 14
const RANGE = 2 ** 56

/** By the trace id alone, so that each process decides the same. */
export function isSampled({ ratio, followsParent }: Sampler, traceId: string, parent: TraceContext | null): boolean {
  if (followsParent && parent) return parent.isSampled
  if (ratio >= 1) return true
  return Number.parseInt(traceId.slice(-DIGITS), 16) < ratio * RANGE
}
