import type { Context } from 'hono'
import { type RequestTrace, headersFrom } from '#domain/trace/trace-context.ts'
import type { Clock } from '#ports/clock.ts'

export interface RequestTraceDeps {
  readonly clock: Pick<Clock, 'now'>
  /** Whether requests are recorded. */
  readonly isTraced?: boolean
}

/** The trace that a request names, and when it came if that is recorded. */
export function requestTrace(c: Context, { clock, isTraced = false }: RequestTraceDeps): RequestTrace | undefined {
  const headers = headersFrom(c.req.header('traceparent'), c.req.header('tracestate'))
  if (!headers && !isTraced) return undefined
  return { ...(headers && { headers }), ...(isTraced && { receivedAt: clock.now() }) }
}
