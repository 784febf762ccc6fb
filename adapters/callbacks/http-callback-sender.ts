import { retryAfterMs } from '#adapters/web/retry-after.ts'
import type { CallbackMessage, CallbackOutcome, CallbackSender } from '#ports/callback-sender.ts'
import type { Clock } from '#ports/clock.ts'
import { problemWithSecret, signatureHeaders } from './signature.ts'
import { problemWithUrl } from './url-guard.ts'

/** What is asked of `fetch`. */
export interface CallbackRequest {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  readonly body: string
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

/** What is wanted to know of its answer. */
export interface CallbackResponse {
  readonly status: number
  readonly headers?: { get(name: string): string | null }
  readonly body: { cancel(): Promise<void> } | null
}

/**
 * The global `fetch` on Cloudflare, whose network has no inside; on Node `guardedFetch`, which refuses names that lead to a
 * private address. It may reject with a `cause` whose `code` says why, as Node's does.
 */
export type CallbackFetch = (url: string, request: CallbackRequest) => Promise<CallbackResponse>

export interface HttpCallbackSenderDeps {
  readonly fetch: CallbackFetch
  /** Exempt from the rules about hosts: for development and tests. See `isAllowedHost`. */
  readonly allowedHosts: readonly string[]
  readonly clock: Clock
  /** How long a receiver may take to answer. */
  readonly timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 15_000

/** Calls back over HTTP, per https://www.standardwebhooks.com. */
export class HttpCallbackSender implements CallbackSender {
  readonly #deps: HttpCallbackSenderDeps
  readonly #timeoutMs: number

  constructor(deps: HttpCallbackSenderDeps) {
    this.#deps = deps
    this.#timeoutMs = deps.timeoutMs ?? DEFAULT_TIMEOUT_MS
  }

  problemWith(url: string): string | null {
    return problemWithUrl(url, this.#deps.allowedHosts)
  }

  async send(message: CallbackMessage, signal: AbortSignal): Promise<CallbackOutcome> {
    signal.throwIfAborted()
    const problem = this.problemWith(message.url) ?? problemWithSecrets(message.secrets)
    if (problem !== null) return { kind: 'unanswered', reason: problem }
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Errand',
      ...message.trace,
      ...(await signatureHeaders(message)),
    }
    return this.#post(message, headers, signal)
  }

  async #post(
    { url, body }: CallbackMessage,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<CallbackOutcome> {
    // On its own: as a method of something else, the global fetch of Cloudflare refuses to work.
    const { fetch, clock } = this.#deps
    const timeout = new AbortController()
    const disarm = clock.after(this.#timeoutMs, () => {
      timeout.abort()
    })
    const both = AbortSignal.any([signal, timeout.signal])
    try {
      // The URL as it was checked, so that it is not parsed a second time.
      const { href } = new URL(url)
      const response = await fetch(href, { method: 'POST', headers, body, redirect: 'manual', signal: both })
      // Nor is this waited for: a receiver must not hold us with what we do not want.
      void response.body?.cancel().catch(() => undefined)
      const asked = retryAfterMs(response.headers?.get('retry-after') ?? '', clock.now())
      return { kind: 'answered', status: response.status, ...(asked !== undefined && { retryAfterMs: asked }) }
    } catch (error) {
      signal.throwIfAborted()
      return { kind: 'unanswered', reason: timeout.signal.aborted ? this.#tooLate() : reasonOf(error) }
    } finally {
      disarm()
    }
  }

  #tooLate(): string {
    return `The receiver did not answer within ${String(this.#timeoutMs / 1000)} seconds.`
  }
}

function problemWithSecrets(secrets: readonly string[]): string | null {
  if (secrets.length === 0) return 'There is no secret to sign the callback with.'
  return secrets.some((secret) => problemWithSecret(secret) !== null)
    ? 'A secret to sign the callback with is not usable; the operator of this service must replace it.'
    : null
}

/** The same for a name that does not exist and for one that leads inside: a caller must not learn which names the inside has. */
const NOT_FOUND = 'The host of the callback URL does not lead to a public address.'

const REASONS: Readonly<Record<string, string>> = {
  ADDRESS_NOT_ALLOWED: NOT_FOUND,
  ENOTFOUND: NOT_FOUND,
  EAI_AGAIN: NOT_FOUND,
  EAI_FAIL: NOT_FOUND,
  ENODATA: NOT_FOUND,
  ECONNREFUSED: 'The receiver refused the connection.',
  ECONNRESET: 'The receiver closed the connection without an answer.',
  UND_ERR_SOCKET: 'The receiver closed the connection without an answer.',
}

/** Never the error's own words: those name addresses. */
function reasonOf(error: unknown): string {
  const code = codeOf(error instanceof Error ? error.cause : null)
  if (/CERT|UNABLE_TO_VERIFY/.test(code)) return "The receiver's TLS certificate cannot be trusted."
  return REASONS[code] ?? 'The receiver could not be reached.'
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}
