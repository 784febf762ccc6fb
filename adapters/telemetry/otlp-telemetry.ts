import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Commit, SyncRun, Telemetry } from '#ports/telemetry.ts'
import type { TraceContext } from '#domain/trace/trace-context.ts'
import { JobTracer } from './job-tracer.ts'
import { MetricExporter } from './metric-exporter.ts'
import { Metrics } from './metrics.ts'
import { type Resource, textAttributes } from './otlp-json.ts'
import type { Gauge } from './otlp-metrics.ts'
import { type OtlpSenderDeps, type OtlpTarget, otlpSender } from './otlp-sender.ts'
import { type Sampler, isSampled } from './sampler.ts'
import type { RunSpans } from './span.ts'
import { SpanExporter } from './span-exporter.ts'
import { spansOfRun } from './sync-run-spans.ts'

/** What the operator has set. */
export interface TelemetryOptions {
  /** `null` where they are not exported. */
  readonly traces: OtlpTarget | null
  readonly metrics: OtlpTarget | null
  readonly isScraped: boolean
  readonly sampler: Sampler
  readonly isContentCaptured: boolean
  readonly resource: Readonly<Record<string, string>>
  readonly spanDelayMs: number
  readonly metricIntervalMs: number
}

export interface TelemetryDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly fetch: OtlpSenderDeps['fetch']
  readonly gauges: () => Promise<readonly Gauge[]>
  /** For processes that are many and short: nothing is sent but by `flush`, and metrics are deltas. */
  readonly isShortLived?: boolean
}

/**
 * So many commits are followed at once, or what has come in such a time. Between the steps of jobs, each took half as
 * long again. What the processor has at hand for one commit serves the next ones.
 */
const GATHERED = 256
const GATHERED_MS = 100
/** How long a process that ends waits for its collector. */
const LAST_FLUSH_MS = 5000

/** Traces and metrics over OTLP/HTTP. */
export class OtlpTelemetry implements Telemetry {
  readonly #options: TelemetryOptions
  readonly #deps: TelemetryDeps
  readonly #metrics = new Metrics()
  readonly #tracer: JobTracer
  readonly #spans: SpanExporter | null
  readonly #metricExporter: MetricExporter | null
  readonly #end = new AbortController()
  /** In their order. */
  readonly #gathered: Commit[] = []
  #cancelTimer: (() => void) | null = null
  #isClosed = false

  constructor(options: TelemetryOptions, deps: TelemetryDeps) {
    this.#options = options
    this.#deps = deps
    const { clock, logger, isShortLived = false } = deps
    const resource: Resource = { attributes: textAttributes(options.resource) }
    const shared = { resource, clock, logger }
    const sending = { ...deps, end: this.#end.signal }
    const delayMs = isShortLived ? null : options.spanDelayMs
    this.#spans = options.traces && new SpanExporter({ ...shared, send: otlpSender(options.traces, sending), delayMs })
    this.#metricExporter =
      options.metrics &&
      new MetricExporter({
        ...shared,
        send: otlpSender(options.metrics, sending),
        metrics: this.#metrics,
        gauges: deps.gauges,
        intervalMs: isShortLived ? null : options.metricIntervalMs,
      })
    this.#tracer = new JobTracer({
      content: this.#content,
      emit: (run, isNew) => {
        this.#emit(run, isNew)
      },
      onFailure: (error) => {
        logger.error('A journal could not be read for its trace, which has a gap.', error)
      },
    })
  }

  /** What was counted since the start; for short-lived processes, since it was last sent. */
  get metrics(): Metrics {
    this.#follow()
    return this.#metrics
  }

  committed(commit: Commit): void {
    this.#gathered.push(commit)
    if (this.#gathered.length >= GATHERED) this.#follow()
    else if (!this.#deps.isShortLived && !this.#isClosed) this.#followSoon()
  }

  ran(run: SyncRun): void {
    this.#guarded(() => {
      this.#emit(spansOfRun(run, this.#content), true)
    })
  }

  uncounted(run: Parameters<Telemetry['uncounted']>[0]): void {
    this.#metrics.miss(run)
  }

  isSampled(traceId: string, parent: TraceContext | null): boolean {
    return this.#options.traces !== null && isSampled(this.#options.sampler, traceId, parent)
  }

  async flush(): Promise<void> {
    await this.#settled()
    await Promise.all([this.#spans?.flush(), this.#metricExporter?.flush()])
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const isLate = Promise.withResolvers<undefined>()
    const disarm = this.#deps.clock.after(LAST_FLUSH_MS, () => {
      this.#end.abort()
      isLate.resolve(undefined)
    })
    // What a database does not answer to the gauges holds up no end, either.
    await Promise.race([this.#closeAll(), isLate.promise.then(() => this.#spans?.close())])
    disarm()
  }

  async #closeAll(): Promise<void> {
    await this.#settled()
    await Promise.all([this.#spans?.close(), this.#metricExporter?.close()])
  }

  get #content() {
    return { isCaptured: this.#options.isContentCaptured }
  }

  async #settled(): Promise<void> {
    this.#follow()
    await this.#tracer.settled()
  }

  #followSoon(): void {
    this.#cancelTimer ??= this.#deps.clock.after(GATHERED_MS, () => {
      this.#follow()
    })
  }

  #follow(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    for (const commit of this.#gathered.splice(0))
      this.#guarded(() => {
        this.#tracer.committed(commit)
      })
  }

  /** A fault in here must not reach the job. */
  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#deps.logger.error('A trace could not be recorded.', error)
    }
  }

  #emit(run: RunSpans, isNew: boolean): void {
    if (isNew) this.#metrics.record(run)
    if (this.#spans && this.isSampled(run.traceId, run.parent)) this.#spans.add(run)
  }
}
