import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Metrics } from './metrics.ts'
import { type Resource, metricsRequest } from './otlp-json.ts'
import { type Gauge, TEMPORALITY, encodedMetrics } from './otlp-metrics.ts'
import type { SendOtlp } from './otlp-sender.ts'

export interface MetricExporterOptions {
  readonly send: SendOtlp
  readonly resource: Resource
  readonly metrics: Metrics
  /** What is counted when it is asked for. */
  readonly gauges: () => Promise<readonly Gauge[]>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn'>
  /** `null` where processes are many and short: then `flush` sends what is new since the last one. */
  readonly intervalMs: number | null
}

const QUIET_MS = 60_000

/** Sends what was counted: all since the start at an interval, or what is new when asked. */
export class MetricExporter {
  readonly #options: MetricExporterOptions
  #from: number
  #loggedAt = -QUIET_MS
  #sending: Promise<void> = Promise.resolve()
  #cancelTimer: () => void = () => undefined
  #isClosed = false

  constructor(options: MetricExporterOptions) {
    this.#options = options
    this.#from = options.clock.now()
    this.#schedule()
  }

  flush(): Promise<void> {
    // As in `SpanExporter`.
    if (this.#options.intervalMs === null) return this.#send()
    this.#sending = this.#sending.then(() => this.#send())
    return this.#sending
  }

  close(): Promise<void> {
    this.#isClosed = true
    this.#cancelTimer()
    return this.flush()
  }

  #schedule(): void {
    const { clock, intervalMs } = this.#options
    if (intervalMs === null || this.#isClosed) return
    this.#cancelTimer = clock.after(intervalMs, () => {
      void this.flush().then(() => {
        this.#schedule()
      })
    })
  }

  async #send(): Promise<void> {
    const { send, resource, metrics, gauges, clock, intervalMs } = this.#options
    const isDelta = intervalMs === null
    const temporality = isDelta ? TEMPORALITY.delta : TEMPORALITY.cumulative
    const measured = await gauges().catch(() => [])
    const encoded = encodedMetrics(metrics, { temporality, from: this.#from, to: clock.now() }, measured)
    if (encoded.length === 0) return
    if (isDelta) {
      // Sent once: a repeat that did arrive would count twice.
      metrics.reset()
      this.#from = clock.now()
    }
    const outcome = await send(metricsRequest(resource, encoded))
    if (outcome.kind === 'failed') this.#report(outcome.reason)
  }

  #report(reason: string): void {
    const { clock, logger } = this.#options
    if (clock.monotonic() - this.#loggedAt < QUIET_MS) return
    this.#loggedAt = clock.monotonic()
    logger.warn('Metrics could not be exported.', { reason })
  }
}
