import { ErrandError, errorIn } from './errand-error.ts'

export interface TransportOptions {
  /** Where the server is, e.g. `https://errand.example.com`. */
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  /** The runtime's own, if none is given. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** For tests; rejects when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** Repeating it is harmless, so it is tried again when it was not answered or may pass later. */
  readonly repeatable: boolean
}

const MOST_TRIES = 5
const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 10_000
const PASSING = new Set([429, 502, 503, 504])

/** Requests with the key, as often as it takes and is harmless. */
export class Transport {
  readonly #options: TransportOptions

  constructor(options: TransportOptions) {
    this.#options = options
  }

  async json<T>(call: Call): Promise<T> {
    return (await (await this.send(call)).json()) as T
  }

  /** @throws {ErrandError} for every answer that is none, and what aborts the signal. */
  async send(call: Call): Promise<Response> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#try(call)
      if (!(answer instanceof ErrandError)) return answer
      const passes = answer.code === 'network' || PASSING.has(answer.status)
      if (!call.repeatable || !passes || tries === MOST_TRIES) throw answer
      await this.rest(tries, answer.retryAfterMs, call.signal)
    }
  }

  /** Before the next try: exponential with full jitter, and never sooner than the server asked for. */
  async rest(tries: number, retryAfterMs: number | null, signal?: AbortSignal): Promise<void> {
    const most = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1))
    await (this.#options.sleep ?? sleep)((retryAfterMs ?? 0) + Math.random() * most, signal)
  }

  async #try(call: Call): Promise<Response | ErrandError> {
    const { baseUrl, apiKey, fetch: own } = this.#options
    const url = `${baseUrl.replace(/\/+$/, '')}${call.path}`
    const init = initOf(call, apiKey)
    try {
      // Not as a method of anything: some runtimes insist.
      const response = await (own ? own(url, init) : fetch(url, init))
      return response.ok ? response : await errorIn(response)
    } catch (cause) {
      if (call.signal?.aborted === true) throw cause
      const message = `No server answers at ${baseUrl}.`
      return new ErrandError({ code: 'network', status: 0, retryable: true, message, cause })
    }
  }
}

function initOf({ method, body, headers, signal }: Call, apiKey: string | undefined): RequestInit {
  const own = {
    ...headers,
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  return { method, headers: own, ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal && { signal }) }
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
