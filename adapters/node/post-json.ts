// By its path: Bun has something of its own by the name of `undici`, which knows no dispatchers and leaves them out without a word.
import { Agent, type Dispatcher } from 'undici/index.js'
import { type JsonAnswer, type PostJson, type PostedJson, postJson } from '#adapters/web/post-json.ts'

/**
 * `PostJson` over undici's dispatcher, which is what is left of `fetch` without its streams, headers and checks: a call costs a quarter
 * of the CPU time, and calls are most of what a job does (`npm run bench`). Deadlines are the caller's, so there are none in here.
 */
export function createPostJson(): PostJson {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  return async (url, posted) => {
    const answer = await dispatch(agent, url, posted)
    return answer.status >= 300 && answer.status < 400 ? postJson(url, posted) : answer
  }
}

function dispatch(agent: Agent, url: string, { headers, body, signal }: PostedJson): Promise<JsonAnswer> {
  const { origin, pathname, search } = new URL(url)
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const answer = new WholeAnswer(signal, resolve, reject)
    agent.dispatch({ origin, path: `${pathname}${search}`, method: 'POST', headers, body }, answer)
  })
}

/** Gathers an answer as it comes. */
class WholeAnswer implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal
  readonly #resolve: (answer: JsonAnswer) => void
  readonly #reject: (error: Error) => void
  readonly #pieces: Buffer[] = []
  #leave: () => void = () => undefined
  #status = 0
  #headers: Record<string, string> = {}

  constructor(signal: AbortSignal, resolve: (answer: JsonAnswer) => void, reject: (error: Error) => void) {
    this.#signal = signal
    this.#resolve = resolve
    this.#reject = reject
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#leave = () => {
      controller.abort(new Error('The caller has left.'))
    }
    this.#signal.addEventListener('abort', this.#leave)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    this.#headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#pieces.push(piece)
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener('abort', this.#leave)
    this.#resolve({ status: this.#status, headers: this.#headers, text: Buffer.concat(this.#pieces).toString() })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#signal.removeEventListener('abort', this.#leave)
    this.#reject(error)
  }
}
