import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Resource } from './otlp-json.ts'
import type { SendOtlp } from './otlp-sender.ts'
import type { RunSpans, Span } from './span.ts'
import { SpansRequest } from './spans-request.ts'

export interface SpanExporterOptions {
  readonly send: SendOtlp
  readonly resource: Resource
  readonly clock: Pick<Clock, 'after' | 'monotonic'>
  readonly logger: Pick<Logger, 'warn'>
  /** How long spans are gathered; `null` where only `flush` sends. */
  readonly delayMs: number | null
}

/** A request of so many spans or bytes takes no more. */
const BATCH = 512
const BATCH_BYTES = 1024 * 1024
/** What is kept while the collector is away; more is dropped. */
const MOST_SPANS = 8192
const MOST_BYTES = 16 * 1024 * 1024
/** Between two lines about what was dropped, and the longest pause after failures. */
const QUIET_MS = 60_000

/** Sends spans in batches, one request at a time. What does not fit or cannot be delivered is dropped, and counted in a log line. */
export class SpanExporter {
  readonly #options: SpanExporterOptions
  /** The oldest first. Spans are added to the last one. */
  readonly #queue: SpansRequest[] = []
  /** Of the queue, and of what is under way. */
  #spans = 0
  #bytes = 0
  #dropped = 0
  #failures = 0
  #reason = ''
  #loggedAt = -QUIET_MS
  #cancelTimer: (() => void) | null = null
  #sending: Promise<void> = Promise.resolve()
  #isSending = false
  #isClosed = false

  constructor(options: SpanExporterOptions) {
    this.#options = options
  }

  add(run: RunSpans): void {
    for (const span of run.spans) this.#put(run, span)
    // What is under way looks at its end for what has come. A flush for each delay of a hanging request would pile up.
    if (this.#options.delayMs === null || this.#isSending) return
    const [oldest] = this.#queue
    if (oldest && isFull(oldest) && this.#failures === 0) void this.flush()
    else this.#schedule(this.#options.delayMs)
  }

  /** Sends what is there. After a failure the rest stays for the next time. */
  flush(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#isSending = true
    // Requests of a Worker must not wait for each other, which may be cut off at any time.
    if (this.#options.delayMs === null) return this.#sendAll()
    this.#sending = this.#sending.then(() => this.#sendAll())
    return this.#sending
  }

  /** What cannot be delivered now is dropped. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.flush()
    // The last word is said, however little time has passed since the one before.
    this.#loggedAt = -QUIET_MS
    for (const request of this.#queue.splice(0)) this.#dropAll(request, this.#reason)
  }

  #put(run: RunSpans, span: Span): void {
    if (this.#spans >= MOST_SPANS || this.#bytes >= MOST_BYTES) {
      this.#drop(1, 'the queue is full')
      return
    }
    this.#bytes += this.#open().add(run, span)
    this.#spans++
  }

  /** The request that takes the next span. */
  #open(): SpansRequest {
    const last = this.#queue.at(-1)
    if (last && !isFull(last) && !last.isWhole) return last
    const request = new SpansRequest(this.#options.resource)
    this.#queue.push(request)
    return request
  }

  #schedule(ms: number): void {
    if (this.#isClosed) return
    this.#cancelTimer ??= this.#options.clock.after(ms, () => {
      this.#cancelTimer = null
      void this.flush()
    })
  }

  async #sendAll(): Promise<void> {
    let isGoing = true
    // What comes meanwhile is for the next time: an endless flush would keep a Worker from its end.
    for (let left = this.#queue.length; isGoing && left > 0; left--) {
      const request = this.#queue.shift()
      isGoing = request === undefined || (await this.#isSent(request))
    }
    this.#isSending = false
    this.#report()
    const { delayMs } = this.#options
    if (this.#queue.length > 0 && delayMs !== null)
      this.#schedule(isGoing ? delayMs : Math.min(QUIET_MS, delayMs * 2 ** Math.min(this.#failures, 10)))
  }

  /** Whether the next one may follow. */
  async #isSent(request: SpansRequest): Promise<boolean> {
    const outcome = await this.#options.send(request.body())
    if (outcome.kind === 'taken') {
      this.#failures = 0
      this.#forget(request)
      if (outcome.rejected > 0) this.#drop(outcome.rejected, 'the collector rejected them')
      return true
    }
    this.#failures++
    if (outcome.isLasting) {
      this.#dropAll(request, outcome.reason)
      return true
    }
    this.#queue.unshift(request)
    this.#reason = outcome.reason
    if (this.#dropped === 0 && !this.#isClosed && this.#mayLog())
      this.#options.logger.warn('Spans could not be exported yet.', { spans: request.count, reason: outcome.reason })
    return false
  }

  #forget({ count, size }: SpansRequest): void {
    this.#spans -= count
    this.#bytes -= size
  }

  #dropAll(request: SpansRequest, reason: string): void {
    this.#forget(request)
    this.#drop(request.count, reason)
  }

  #drop(count: number, reason: string): void {
    this.#dropped += count
    this.#reason = reason
    this.#report()
  }

  #report(): void {
    if (this.#dropped === 0 || !this.#mayLog()) return
    const fields = { spans: this.#dropped, reason: this.#reason }
    this.#options.logger.warn('Spans were dropped: the collector did not take them.', fields)
    this.#dropped = 0
  }

  #mayLog(): boolean {
    const now = this.#options.clock.monotonic()
    if (now - this.#loggedAt < QUIET_MS) return false
    this.#loggedAt = now
    return true
  }
}

function isFull({ count, size }: SpansRequest): boolean {
  return count >= BATCH || size >= BATCH_BYTES
}
