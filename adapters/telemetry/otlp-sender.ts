import type { Clock } from '#ports/clock.ts'

/** Where one signal goes. */
export interface OtlpTarget {
  readonly url: string
  /** May hold credentials: never logged. */
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly isCompressed: boolean
}

export type SendOutcome =
  /** @param rejected by the collector, of what was sent. */
  | { readonly kind: 'taken'; readonly rejected: number }
  /** `isLasting`: the same request would be refused again. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isLasting: boolean }

/** A `RequestInit` of `fetch`. */
export interface OtlpRequest {
  readonly method: 'POST'
  /** It would take the credentials to another address. */
  readonly redirect: 'manual'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly signal: AbortSignal
}

/** One request to a collector. Never rejects. */
export type SendOtlp = (body: string | Uint8Array<ArrayBuffer>) => Promise<SendOutcome>

export interface OtlpSenderDeps {
  readonly fetch: (url: string, request: OtlpRequest) => Promise<Response>
  readonly clock: Pick<Clock, 'after'>
  /** Ends what is under way, and what is begun after it. */
  readonly end?: AbortSignal
}

/** What may pass (https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes). */
const RETRYABLE = new Set([429, 502, 503, 504])
/** Of an answer of which we read two numbers. */
const MOST_ANSWER = 65_536

/** Posts OTLP in its JSON encoding, which needs no library and is the same on each runtime. */
export function otlpSender(target: OtlpTarget, { fetch, clock, end }: OtlpSenderDeps): SendOtlp {
  return async (body) => {
    const timeout = new AbortController()
    const disarm = clock.after(target.timeoutMs, () => {
      timeout.abort()
    })
    try {
      const signal = end ? AbortSignal.any([timeout.signal, end]) : timeout.signal
      const response = await fetch(target.url, await requestOf(target, body, signal))
      return await outcomeOf(response)
    } catch (error) {
      if (end?.aborted) return { kind: 'failed', reason: 'no answer before the process ended', isLasting: false }
      const reason = timeout.signal.aborted ? `no answer within ${String(target.timeoutMs)} ms` : reasonOf(error)
      return { kind: 'failed', reason, isLasting: false }
    } finally {
      disarm()
    }
  }
}

async function requestOf(
  { headers, isCompressed }: OtlpTarget,
  body: string | Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<OtlpRequest> {
  const common = { 'content-type': 'application/json', 'user-agent': 'errand' }
  const request = { method: 'POST', redirect: 'manual', signal } as const
  if (!isCompressed) return { ...request, headers: { ...common, ...headers }, body }
  const packed = new Response(body).body?.pipeThrough(new CompressionStream('gzip'))
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer())
  return { ...request, headers: { ...common, 'content-encoding': 'gzip', ...headers }, body: bytes }
}

async function outcomeOf(response: Response): Promise<SendOutcome> {
  if (response.ok) return { kind: 'taken', rejected: rejectedIn(await response.text().catch(() => '')) }
  void response.body?.cancel().catch(() => undefined)
  const isLasting = !RETRYABLE.has(response.status)
  return { kind: 'failed', reason: `status ${String(response.status)}`, isLasting }
}

/** The answer of a collector that took only a part. One that says nothing has taken all. */
function rejectedIn(text: string): number {
  if (text.length > MOST_ANSWER) return 0
  try {
    const answer = JSON.parse(text) as { partialSuccess?: Record<string, unknown> } | null
    const { rejectedSpans = 0, rejectedDataPoints = 0 } = answer?.partialSuccess ?? {}
    return Number(rejectedSpans) + Number(rejectedDataPoints) || 0
  } catch {
    return 0
  }
}

/** The code alone: an error's own words may name the address, and with it a credential. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'the collector could not be reached'
}
