/** A span that others can be children of (https://www.w3.org/TR/trace-context/). */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits. */
  readonly spanId: string
  readonly isSampled: boolean
}

/** The two headers, as they are sent and received. */
export interface TraceHeaders {
  readonly traceparent: string
  /** Of other vendors: passed on as it came. */
  readonly tracestate?: string
}

/** What a job keeps of the request that submitted it; stored. */
export interface RequestTrace {
  /** The caller's headers; absent where it sent none. */
  readonly headers?: TraceHeaders
  /** When the request came, where it is to be a span (epoch ms). */
  readonly receivedAt?: number
}

const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:$|-)/
/** Of the first version, whose form is fixed. */
const LENGTH = 55
/** Of `tracestate`, the length that must be passed on at least. */
const MOST_STATE = 512

/** `null` for what is no `traceparent`: a trace begins anew then. A later version is read as the first one. */
export function contextIn(traceparent: string): TraceContext | null {
  const match = TRACEPARENT.exec(traceparent)
  if (!match || (match[1] === '00' && traceparent.length > LENGTH)) return null
  const [, , traceId = '', spanId = '', flags = ''] = match
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export function traceparentOf({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** The headers of a request, where they name a trace; anything else is ignored, as the standard asks. */
export function headersFrom(traceparent: string | undefined, tracestate: string | undefined): TraceHeaders | undefined {
  const text = traceparent?.trim().toLowerCase() ?? ''
  if (contextIn(text) === null) return undefined
  const state = tracestate?.trim() ?? ''
  const isKept = state !== '' && state.length <= MOST_STATE && /^[\x20-\x7e]+$/.test(state)
  return { traceparent: text.slice(0, LENGTH), ...(isKept && { tracestate: state }) }
}
