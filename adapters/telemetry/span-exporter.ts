import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import { type Resource, encodedSpan, spansRequest } from './otlp-json.ts'
import type { SendOtlp } from './otlp-sender.ts'
import type { RunSpans } from './span.ts'

export interface SpanExporterOptions {
  readonly send: SendOtlp
  readonly resource: Resource
  readonly clock: Pick<Clock, 'after' | 'monotonic'>
  readonly logger: Pick<Logger, 'warn'>
  /** How long spans are gathered; `null` where only `flush` sends. */
  readonly delayMs: number | null
}

/** Spans in one request. */
const BATCH = 512
/** What is kept while the collector is away; more is dropped. */
const MOST_SPANS = 8192
/** And of their content, in characters of JSON. */
const MOST_CHARACTERS = 16 * 1024 * 1024
/** Between two lines about what was dropped, and the longest pause after failures. */
const QUIET_MS = 60_000

/** Sends spans in batches, one request at a time. What does not fit or cannot be delivered is dropped, and counted in a log line. */
export class SpanExporter {
  readonly #options: SpanExporterOptions
  #queue: string[] = []
  #size = 0
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
    for (const span of run.spans) this.#put(encodedSpan(run, span))
    // What is under way looks at its end for what has come. A flush for each delay of a hanging request would pile up.
    if (this.#options.delayMs === null || this.#isSending) return
    if (this.#queue.length >= BATCH && this.#failures === 0) void this.flush()
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
    if (this.#queue.length > 0) this.#drop(this.#queue.length, this.#reason)
    this.#queue = []
  }

  #put(span: string): void {
    if (this.#queue.length >= MOST_SPANS || this.#size + span.length > MOST_CHARACTERS) {
      this.#drop(1, 'the queue is full')
      return
    }
    this.#queue.push(span)
    this.#size += span.length
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
    for (let left = this.#queue.length; isGoing && left > 0 && this.#queue.length > 0; left -= BATCH)
      isGoing = await this.#sendBatch()
    this.#isSending = false
    this.#report()
    const { delayMs } = this.#options
    if (this.#queue.length > 0 && delayMs !== null)
      this.#schedule(isGoing ? delayMs : Math.min(QUIET_MS, delayMs * 2 ** Math.min(this.#failures, 10)))
  }

  /** Whether the next one may follow. */
  async #sendBatch(): Promise<boolean> {
    const { send, resource } = this.#options
    const batch = this.#queue.splice(0, BATCH)
    for (const span of batch) this.#size -= span.length
    const outcome = await send(spansRequest(resource, batch))
    if (outcome.kind === 'taken') {
      this.#failures = 0
      if (outcome.rejected > 0) this.#drop(outcome.rejected, 'the collector rejected them')
      return true
    }
    this.#failures++
    if (outcome.isLasting) {
      this.#drop(batch.length, outcome.reason)
      return true
    }
    this.#putBack(batch, outcome.reason)
    return false
  }

  /** Before what has come since, as far as there is room. */
  #putBack(batch: readonly string[], reason: string): void {
    const room = Math.max(0, MOST_SPANS - this.#queue.length)
    const kept = batch.slice(0, room)
    if (kept.length < batch.length) this.#drop(batch.length - kept.length, reason)
    this.#queue = [...kept, ...this.#queue]
    for (const span of kept) this.#size += span.length
    this.#reason = reason
    if (this.#dropped === 0 && !this.#isClosed && this.#mayLog())
      this.#options.logger.warn('Spans could not be exported yet.', { spans: kept.length, reason })
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
