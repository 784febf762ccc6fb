import type { ProblemView } from '#adapters/http/wire/problem.ts'

/** What the server refused or could not do, in its own words; or that it was not reached. Never holds the API key. */
export class ErrandError extends Error {
  override readonly name = 'ErrandError'
  /** The server's code, or `network` when it was not reached. */
  readonly code: ProblemView['code'] | 'network'
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** One sentence for each thing that is wrong with the request. */
  readonly problems: readonly string[]
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | null

  constructor(
    said: Pick<ErrandError, 'code' | 'status' | 'retryable' | 'message'> &
      Partial<Pick<ErrandError, 'problems' | 'retryAfterMs'>> & { readonly cause?: unknown },
  ) {
    super(said.message, said.cause === undefined ? undefined : { cause: said.cause })
    this.code = said.code
    this.status = said.status
    this.retryable = said.retryable
    this.problems = said.problems ?? []
    this.retryAfterMs = said.retryAfterMs ?? null
  }
}

/** The error in an answer, from the server or from a proxy on the way. */
export async function errorIn(response: Response): Promise<ErrandError> {
  const { status } = response
  const retryAfterMs = askedToWait(response.headers.get('retry-after'))
  const problem = (await response.json().catch(() => null)) as Partial<ProblemView> | null
  if (typeof problem?.code !== 'string' || typeof problem.detail !== 'string') {
    return notErrand(status, retryAfterMs)
  }
  const { code, detail: message, retryable = false, problems = [] } = problem
  return new ErrandError({ code, status, retryable, message, problems, retryAfterMs })
}

/** An answer that Errand does not give: of a proxy, or of another service at that address. */
export function notErrand(status: number, retryAfterMs: number | null = null): ErrandError {
  const message = `The server answered ${String(status)}, and not as Errand does.`
  const retryable = status === 429 || status >= 500
  return new ErrandError({ code: 'internal_error', status, retryable, message, retryAfterMs })
}

/** `Retry-After` (RFC 9110 §10.2.3): seconds or a date. */
function askedToWait(retryAfter: string | null): number | null {
  if (retryAfter === null) return null
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
