import { subscribe } from 'node:diagnostics_channel'
// By its path: Bun has something of its own by the name of `undici`, which knows no dispatchers and leaves them out without a word.
import type { Dispatcher } from 'undici/index.js'
import type { AnswerSink, PostJson, PostedJson } from '#adapters/web/post-json.ts'
import { followRedirects } from '#adapters/web/redirects.ts'
import { Decompression, type Outlet, codingsIn } from './decompression.ts'
import { modelDispatcher } from './model-dispatcher.ts'

/**
 * `PostJson` over undici's dispatcher: `fetch` without its streams, headers and checks. A call costs a quarter of the
 * CPU time, and calls are most of what a job does (`npm run bench`).
 *
 * A server may close an idle connection at the moment when a request is sent over it. Such a request, of which no byte
 * was answered, is sent once more over a new connection, as browsers do.
 *
 * @param env where `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are looked for, once.
 */
export function createPostJson(env: Readonly<Record<string, string | undefined>> = process.env): PostJson {
  const pooled = modelDispatcher(env)
  let unpooled: Dispatcher | null = null
  return followRedirects(async (url, posted, sink) => {
    const exchange = new Exchange(posted.signal, sink)
    try {
      await exchange.run(pooled, url, posted)
    } catch (error) {
      if (!exchange.wasStale) throw error
      unpooled ??= modelDispatcher(env, { isPooled: false })
      await new Exchange(posted.signal, sink).run(unpooled, url, posted)
    }
  })
}

const ABORTED = new Error('The request is not wanted any more.')

/** One request and its answer. */
class Exchange implements Dispatcher.DispatchHandler, Outlet {
  readonly #signal: AbortSignal
  readonly #sink: AnswerSink
  #settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } = NOTHING_TO_SETTLE
  #controller: Dispatcher.DispatchController | null = null
  #isAnswered = false
  #decompression = new Decompression([], this)
  /** Of a connection that broke. What came before may still be unpacked. */
  #error: Error | null = null
  #isSettled = false
  isReused = false

  constructor(signal: AbortSignal, sink: AnswerSink) {
    this.#signal = signal
    this.#sink = sink
  }

  /** Whether it went over a connection that had been used before, and not a byte came back. */
  get wasStale(): boolean {
    return this.isReused && !this.#isAnswered
  }

  async run(dispatcher: Dispatcher, url: string, { headers, body }: PostedJson): Promise<void> {
    const { origin, pathname, search } = new URL(url)
    const leave = (): void => {
      this.#leave(() => {
        this.#settle.reject(this.#signal.reason)
      })
    }
    try {
      this.#signal.throwIfAborted()
      await new Promise<void>((resolve, reject) => {
        this.#settle = { resolve, reject }
        this.#signal.addEventListener('abort', leave)
        const all = { ...headers, 'accept-encoding': 'identity' }
        dispatcher.dispatch({ origin, path: `${pathname}${search}`, method: 'POST', headers: all, body }, this)
      })
    } finally {
      this.#signal.removeEventListener('abort', leave)
    }
  }

  /** Called once there is a connection, right before the request is written: the last moment at which it can be kept back. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#signal.aborted) controller.abort(ABORTED)
    else nextToBeSent.exchange = this
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // An interim answer, such as 103.
    if (status < 200) return
    this.#isAnswered = true
    this.#decompression = new Decompression(codingsIn(String(headers['content-encoding'] ?? '')), this)
    this.#sink.begin({ status, headers: joined(headers) })
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#decompression.take(piece)
  }

  onResponseEnd(): void {
    this.#decompression.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#error = error
    this.#decompression.end()
  }

  take(piece: Uint8Array): void {
    if (this.#isSettled) return
    try {
      if (!this.#sink.take(piece)) this.#leave(this.#settle.resolve)
    } catch (error) {
      this.fail(error as Error)
    }
  }

  end(): void {
    this.#isSettled = true
    if (this.#error) this.#settle.reject(this.#error)
    else this.#settle.resolve()
  }

  fail(error: Error): void {
    this.#leave(() => {
      this.#settle.reject(error)
    })
  }

  #leave(settle: () => void): void {
    this.#isSettled = true
    settle()
    this.#controller?.abort(ABORTED)
  }
}

/** A header that is given several times, as one. */
function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

const NOTHING_TO_SETTLE = { resolve: () => undefined, reject: () => undefined }

// Only this channel of undici shows which connection a request uses. It fires right after `onRequestStart`, before
// anything else runs.
const nextToBeSent: { exchange: Exchange | null } = { exchange: null }
const used = new WeakSet<object>()
subscribe('undici:client:sendHeaders', (message) => {
  const { socket } = message as { readonly socket: object }
  if (nextToBeSent.exchange) nextToBeSent.exchange.isReused = used.has(socket)
  nextToBeSent.exchange = null
  used.add(socket)
})
