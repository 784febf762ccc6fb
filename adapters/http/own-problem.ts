/** What is wrong with a request to a route of an author's own. */
export interface OwnProblem {
  readonly status: number
  /** For programs: `product_not_found`. */
  readonly code: string
  /** One sentence for the caller. */
  readonly detail: string
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable?: boolean
}

/** An answer in the form that Errand's own refusals have: Problem Details (RFC 9457) with a code. */
export function problem({ status, code, detail, retryable = false }: OwnProblem): Response {
  const body = { type: 'about:blank', title: code.replaceAll('_', ' '), status, detail, code, retryable }
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
}
