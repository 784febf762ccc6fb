import { ErrandError, errorIn, notErrand } from './errand-error.ts'
import { type ClientClock, RetryPolicy, Watchdog, systemClock } from './retry-policy.ts'

export interface TransportOptions {
  /** Where the server is, e.g. `https://errand.example.com`. */
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  /** The runtime's own, if none is given. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** How long a server that has answered before may be away while a job is waited for or followed; two minutes by default. */
  readonly patienceMs?: number | undefined
  /** How often a request is sent at most, where a repeat is harmless and the server may answer later; 5 by default. */
  readonly mostTries?: number | undefined
  /** For tests; rejects when the signal aborts. */
  readonly sleep?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined
  /** For tests. */
  readonly clock?: ClientClock | undefined
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  /** Sent as JSON, unless it is `Content`. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** Repeating it is harmless, so it is tried again when it was not answered or may pass later. */
  readonly repeatable: boolean
  /**
   * With it, a server that has answered before is retried for as long as the policy allows. A silent connection is
   * replaced.
   */
  readonly retry?: RetryPolicy
}

/** A body that is not JSON. */
export class Content {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>

  constructor(type: string, bytes: Uint8Array<ArrayBuffer>) {
    this.type = type
    this.bytes = bytes
  }
}

/** An answer that is read while it comes. */
export interface StreamFormat<Part> {
  readonly type: string
  /** Part by part, where a part may be empty. Ending the iteration early closes the connection. */
  readonly read: (body: ReadableStream<Uint8Array>) => AsyncGenerator<Part>
}

const MOST_TRIES = 5
const PATIENCE_MS = 120_000
const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 10_000
/** A server that asks for a longer delay is not retried; the caller gets its error. */
const LONGEST_ASKED_MS = 60_000
const PASSING = new Set([429, 502, 503, 504])

type Read<T> = (response: Response, watchdog: Watchdog | null) => Promise<T>

/** Requests with the key, as often as it takes and is harmless. */
export class Transport {
  readonly #options: TransportOptions
  readonly #clock: ClientClock
  /** Whether the server has ever answered. An address without any answer is more likely wrong than unavailable. */
  #isKnown = false

  constructor(options: TransportOptions) {
    // A runtime that is given such a header repeats it in its error, and the key with it.
    if (options.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(options.apiKey)) {
      throw new TypeError('The API key must be visible ASCII characters and nothing else, not even a line break.')
    }
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  /** For everything that is asked in one wait, or to follow one job. */
  retryPolicy(): RetryPolicy {
    return new RetryPolicy(this.#clock, this.#options.patienceMs ?? PATIENCE_MS)
  }

  /**
   * @param member that Errand's answer has: without it, another service has answered.
   * @throws {ErrandError} for every answer that is none, and what aborts the signal.
   */
  json<T>(call: Call, member: keyof T & string): Promise<T> {
    return this.#send(call, async (response) => {
      const answer = parsed(await response.text())
      if (answer === null || typeof answer !== 'object' || !Object.hasOwn(answer, member))
        throw notErrand(response.status)
      return answer as T
    })
  }

  /** For what is answered with nothing. */
  async send(call: Call): Promise<void> {
    await this.#send(call, () => Promise.resolve())
  }

  /** Yields part by part; an empty part is a sign of life. Rejects like the others, also while streaming. */
  async stream<Part>(call: Call, { type, read }: StreamFormat<Part>): Promise<AsyncGenerator<Part>> {
    const headers = { ...call.headers, accept: type }
    return this.#send({ ...call, headers }, (response, watchdog) => {
      const isStream = response.headers.get('content-type')?.startsWith(type) === true
      if (!isStream || !response.body) throw notErrand(response.status)
      return Promise.resolve(this.#watched(read(response.body), watchdog, call.signal))
    })
  }

  /** Before the next try: exponential with full jitter, and never sooner than the server asked for. */
  async rest(tries: number, retryAfterMs: number | null, signal?: AbortSignal): Promise<void> {
    const most = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1))
    const ms = (retryAfterMs ?? 0) + Math.random() * most
    await (this.#options.sleep ? this.#options.sleep(ms, signal) : sleep(ms, signal, this.#clock))
  }

  /** Rests before another try. @throws the error when the policy allows none. */
  async persist(retry: RetryPolicy, error: ErrandError, signal?: AbortSignal): Promise<void> {
    const failures = retry.failed()
    if (retry.isOver) throw error
    await this.rest(failures, error.retryAfterMs, signal)
  }

  async #send<T>(call: Call, read: Read<T>): Promise<T> {
    const init = initOf(call, this.#options.apiKey)
    for (let tries = 1; ; tries++) {
      try {
        const answer = await this.#try(call, init, read)
        this.#isKnown = true
        return answer
      } catch (cause) {
        await this.#recover(call, this.#failure(cause, call.signal), tries)
      }
    }
  }

  /** Rests before another try. @throws the error where there is none. */
  async #recover({ repeatable, retry, signal }: Call, error: unknown, tries: number): Promise<void> {
    if (!repeatable || !isAway(error)) throw error
    if (retry && this.#isKnown) return this.persist(retry, error, signal)
    if (!passes(error) || tries >= (this.#options.mostTries ?? MOST_TRIES)) throw error
    await this.rest(tries, error.retryAfterMs, signal)
  }

  async #try<T>({ path, signal, retry }: Call, init: RequestInit, read: Read<T>): Promise<T> {
    const { baseUrl, fetch: own } = this.#options
    const url = `${baseUrl.replace(/\/+$/, '')}${path}`
    const watchdog = retry ? new Watchdog(this.#clock, signal) : null
    const request = watchdog ? { ...init, signal: watchdog.signal } : init
    watchdog?.watch()
    try {
      // Not as a method of anything: some runtimes insist.
      const response = await (own ? own(url, request) : fetch(url, request))
      if (!response.ok) throw await errorIn(response)
      return await read(response, watchdog)
    } finally {
      watchdog?.rest()
    }
  }

  async *#watched<Part>(
    parts: AsyncGenerator<Part>,
    watchdog: Watchdog | null,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Part> {
    try {
      watchdog?.watch()
      for await (const part of parts) {
        // While the caller handles a part, it does not read, so silence means nothing.
        watchdog?.rest()
        yield part
        watchdog?.watch()
      }
    } catch (cause) {
      throw this.#failure(cause, signal)
    } finally {
      watchdog?.rest()
    }
  }

  /** The error for the caller: its own abort, the answer of the server, or an unreachable server. */
  #failure(cause: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted === true) return signal.reason
    if (cause instanceof ErrandError) return cause
    const message = `No server answers at ${this.#options.baseUrl}.`
    return new ErrandError({ code: 'network', status: 0, retryable: true, message, cause })
  }
}

/** `null` where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function passes({ retryable, code, status }: ErrandError): boolean {
  return retryable && (code === 'network' || PASSING.has(status))
}

/**
 * Whether the server may be unavailable. During a deploy, a server can fail in ways that it does not mark as retryable.
 */
function isAway(error: unknown): error is ErrandError {
  if (!(error instanceof ErrandError) || (error.retryAfterMs ?? 0) > LONGEST_ASKED_MS) return false
  return error.code === 'network' || error.status === 429 || error.status >= 500
}

/** @throws {TypeError} for a header that no request can have. */
function initOf({ method, body, headers, signal }: Call, apiKey: string | undefined): RequestInit {
  const own = new Headers({ ...headers, ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) })
  if (body !== undefined) own.set('content-type', body instanceof Content ? body.type : 'application/json')
  const sent = body instanceof Content ? body.bytes : JSON.stringify(body)
  return { method, headers: own, ...(body !== undefined && { body: sent }), ...(signal && { signal }) }
}

function sleep(ms: number, signal: AbortSignal | undefined, clock: ClientClock): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error)
      return
    }
    const stop = (): void => {
      cancel()
      reject(signal?.reason as Error)
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    signal?.addEventListener('abort', stop, { once: true })
  })
}
