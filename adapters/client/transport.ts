import { ErrandError, errorIn, notErrand } from './errand-error.ts'
import { type Message, messagesIn } from './message-stream.ts'

export interface TransportOptions {
  /** Where the server is, e.g. `https://errand.example.com`. */
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  /** The runtime's own, if none is given. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** For tests; rejects when the signal aborts. */
  readonly sleep?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined
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
/** Whoever asks for more time than this is left alone, and the caller told. */
const LONGEST_ASKED_MS = 60_000
const PASSING = new Set([429, 502, 503, 504])

/** Requests with the key, as often as it takes and is harmless. */
export class Transport {
  readonly #options: TransportOptions

  constructor(options: TransportOptions) {
    // A runtime that is given such a header repeats it in its error, and the key with it.
    if (options.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(options.apiKey)) {
      throw new TypeError('The API key must be visible ASCII characters and nothing else, not even a line break.')
    }
    this.#options = options
  }

  /** @throws {ErrandError} for every answer that is none, and what aborts the signal. */
  json<T>(call: Call): Promise<T> {
    return this.#send(call, async (response) => {
      const text = await response.text()
      try {
        return JSON.parse(text) as T
      } catch {
        throw notErrand(response.status)
      }
    })
  }

  /** For what is answered with nothing. */
  async send(call: Call): Promise<void> {
    await this.#send(call, () => Promise.resolve())
  }

  /** What comes is told chunk by chunk, and one without messages is a sign of life. Rejects as all do, also on the way. */
  async stream(call: Call): Promise<AsyncGenerator<readonly Message[]>> {
    const headers = { ...call.headers, accept: 'text/event-stream' }
    const body = await this.#send({ ...call, headers }, (response) => {
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
      if (!isStream || !response.body) throw notErrand(response.status)
      return Promise.resolve(response.body)
    })
    return this.#told(messagesIn(body), call.signal)
  }

  /** Before the next try: exponential with full jitter, and never sooner than the server asked for. */
  async rest(tries: number, retryAfterMs: number | null, signal?: AbortSignal): Promise<void> {
    const most = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1))
    await (this.#options.sleep ?? sleep)((retryAfterMs ?? 0) + Math.random() * most, signal)
  }

  async #send<T>(call: Call, read: (response: Response) => Promise<T>): Promise<T> {
    const { baseUrl, apiKey } = this.#options
    const url = `${baseUrl.replace(/\/+$/, '')}${call.path}`
    const init = initOf(call, apiKey)
    for (let tries = 1; ; tries++) {
      try {
        return await this.#try(url, init, read)
      } catch (cause) {
        const error = this.#failure(cause, call.signal)
        if (!call.repeatable || !passes(error) || tries === MOST_TRIES) throw error
        await this.rest(tries, error.retryAfterMs, call.signal)
      }
    }
  }

  async #try<T>(url: string, init: RequestInit, read: (response: Response) => Promise<T>): Promise<T> {
    const { fetch: own } = this.#options
    // Not as a method of anything: some runtimes insist.
    const response = await (own ? own(url, init) : fetch(url, init))
    if (!response.ok) throw await errorIn(response)
    return read(response)
  }

  async *#told(
    messages: AsyncGenerator<readonly Message[]>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly Message[]> {
    try {
      yield* messages
    } catch (cause) {
      throw this.#failure(cause, signal)
    }
  }

  /** What the caller is told of it: that the caller has left, what the server said, or that it cannot be reached. */
  #failure(cause: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted === true) return signal.reason
    if (cause instanceof ErrandError) return cause
    const message = `No server answers at ${this.#options.baseUrl}.`
    return new ErrandError({ code: 'network', status: 0, retryable: true, message, cause })
  }
}

function passes(error: unknown): error is ErrandError {
  if (!(error instanceof ErrandError) || !error.retryable) return false
  return (error.code === 'network' || PASSING.has(error.status)) && (error.retryAfterMs ?? 0) <= LONGEST_ASKED_MS
}

/** @throws {TypeError} for a header that no request can have. */
function initOf({ method, body, headers, signal }: Call, apiKey: string | undefined): RequestInit {
  const own = new Headers({
    ...headers,
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  })
  return { method, headers: own, ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal && { signal }) }
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error)
      return
    }
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
