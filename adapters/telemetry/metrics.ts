import { NANOS_PER_DOLLAR, microsOf } from '#domain/money/cost.ts'
import * as n from './names.ts'
import type { Attributes, RunSpans, Span } from './span.ts'

/** Of few different values: every combination is a series. */
export type Labels = Readonly<Record<string, string>>

export interface HistogramPoint {
  readonly labels: Labels
  count: number
  sum: number
  /** One more than there are bounds. */
  readonly buckets: number[]
}

export interface CounterPoint {
  readonly labels: Labels
  /** In whole parts of the unit, so that sums are exact. */
  value: number
}

export interface Instrument<Point> {
  readonly name: string
  readonly description: string
  readonly unit: string
  /** Upper bounds of the buckets, that of the last one left out; absent for a counter. */
  readonly bounds?: readonly number[]
  /** How many parts of a counter's value are one of its unit; 1 where absent. */
  readonly parts?: number
  readonly points: Map<string, Point>
}

/** As the GenAI conventions advise. */
const TOKEN_BOUNDS = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
]
const DURATION_BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
const JOB_BOUNDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400]
/** Of one instrument. What comes beyond is counted together, as `otel.metric.overflow`. */
const MOST_SERIES = 2000
const OVERFLOW = seriesOf({ 'otel.metric.overflow': 'true' })

/** Counts what spans say, for as long as this process lives or until it is taken. */
export class Metrics {
  readonly tokens = histogram({
    name: n.TOKEN_USAGE,
    description: 'Tokens used by model calls',
    unit: '{token}',
    bounds: TOKEN_BOUNDS,
  })
  readonly operations = histogram({
    name: n.OPERATION_DURATION,
    description: 'Duration of model calls',
    unit: 's',
    bounds: DURATION_BOUNDS,
  })
  readonly jobs = histogram({
    name: n.JOB_DURATION,
    description: 'From submission to end',
    unit: 's',
    bounds: JOB_BOUNDS,
  })
  readonly cost = counter({
    name: n.MODEL_COST,
    description: 'Cost of model calls in US dollars, at the prices when they were made',
    unit: 'usd',
    parts: NANOS_PER_DOLLAR,
  })
  readonly unpriced = counter({
    name: n.MODEL_UNPRICED_CALLS,
    description: 'Paid model calls whose price is not known',
    unit: '{call}',
  })
  readonly finished = counter({ name: n.JOBS_FINISHED, description: 'Finished jobs', unit: '{job}' })
  readonly uncounted = counter({
    name: n.RUNS_UNCOUNTED,
    description: 'Runs that may be missing in the sums of usage',
    unit: '{run}',
  })

  /** By tenant and model. Made once, because a model is called often. */
  readonly #calls = new Map<string, CallSeries>()

  get histograms(): readonly Instrument<HistogramPoint>[] {
    return [this.tokens, this.operations, this.jobs]
  }

  get counters(): readonly Instrument<CounterPoint>[] {
    return [this.cost, this.unpriced, this.finished, this.uncounted]
  }

  record({ tenantId, spans }: RunSpans): void {
    for (const span of spans) {
      if (span.subject === 'model') this.#modelCall(span, tenantId)
      if (span.subject === 'job') this.#job(span, tenantId)
    }
  }

  /** A run that is in no sum of usage. */
  miss({ tenantId, agent }: { readonly tenantId: string; readonly agent: string }): void {
    count(this.uncounted, seriesOf({ [n.AGENT_NAME]: agent, [n.TENANT_ID]: tenantId }), 1)
  }

  /** Forgets what was counted: for deltas. */
  reset(): void {
    for (const { points } of [...this.histograms, ...this.counters]) points.clear()
  }

  #modelCall({ attributes, startedAt, endedAt, error, cost }: Span, tenantId: string): void {
    const { call, tokens } = this.#callSeries(attributes, tenantId)
    const failed = error ? extended(call, n.ERROR_TYPE, error.type) : call
    observe(this.operations, failed, seconds(startedAt, endedAt))
    for (const { series, name } of tokens) {
      const used = attributes[name]
      if (typeof used === 'number') observe(this.tokens, series, used)
    }
    if (cost && microsOf(cost) !== null) count(this.cost, call, cost.nanos)
    if (cost && cost.unpricedCalls > 0) count(this.unpriced, call, cost.unpricedCalls)
  }

  #callSeries(attributes: Attributes, tenantId: string): CallSeries {
    const key = `${tenantId}\n${String(attributes[n.PROVIDER_NAME])}/${String(attributes[n.REQUEST_MODEL])}`
    const known = this.#calls.get(key)
    if (known) return known
    const names = [n.OPERATION_NAME, n.PROVIDER_NAME, n.REQUEST_MODEL]
    const call = seriesOf({ ...pick(attributes, names), [n.TENANT_ID]: tenantId })
    const tokens = TOKEN_TYPES.map(([type, name]) => ({ name, series: extended(call, n.TOKEN_TYPE, type) }))
    if (this.#calls.size >= MOST_SERIES) this.#calls.clear()
    this.#calls.set(key, { call, tokens })
    return { call, tokens }
  }

  #job({ attributes, startedAt, endedAt }: Span, tenantId: string): void {
    const labels = { ...pick(attributes, [n.AGENT_NAME, n.JOB_STATUS]), [n.TENANT_ID]: tenantId }
    const series = seriesOf(labels)
    observe(this.jobs, series, seconds(startedAt, endedAt))
    count(this.finished, series, 1)
  }
}

const TOKEN_TYPES = [
  ['input', n.INPUT_TOKENS],
  ['output', n.OUTPUT_TOKENS],
] as const

function histogram(head: Omit<Instrument<HistogramPoint>, 'points'>): Instrument<HistogramPoint> {
  return { ...head, points: new Map() }
}

function counter(head: Omit<Instrument<CounterPoint>, 'points'>): Instrument<CounterPoint> {
  return { ...head, points: new Map() }
}

/** Labels, with a key that no others of the same instrument have. */
interface Series {
  readonly key: string
  readonly labels: Labels
}

/** Of the calls of a model, and of their tokens by the attribute that has them. */
interface CallSeries {
  readonly call: Series
  readonly tokens: readonly { readonly name: string; readonly series: Series }[]
}

function seriesOf(labels: Labels): Series {
  return { key: JSON.stringify(labels), labels }
}

/** With one label more, which is the last. */
function extended({ key, labels }: Series, name: string, value: string): Series {
  return { key: key + value, labels: { ...labels, [name]: value } }
}

function count(instrument: Instrument<CounterPoint>, series: Series, value: number): void {
  pointOf(instrument, series, (labels) => ({ labels, value: 0 })).value += value
}

function observe(instrument: Instrument<HistogramPoint>, series: Series, value: number): void {
  const bounds = instrument.bounds ?? []
  const point = pointOf(instrument, series, (labels) => ({
    labels,
    count: 0,
    sum: 0,
    buckets: Array.from({ length: bounds.length + 1 }, () => 0),
  }))
  point.count++
  point.sum += value
  let index = 0
  while (value > (bounds[index] ?? Infinity)) index++
  point.buckets[index] = (point.buckets[index] ?? 0) + 1
}

function pointOf<Point>({ points }: Instrument<Point>, series: Series, make: (labels: Labels) => Point): Point {
  const known = points.get(series.key)
  if (known) return known
  const { key, labels } = points.size < MOST_SERIES ? series : OVERFLOW
  const point = points.get(key) ?? make(labels)
  points.set(key, point)
  return point
}

function pick(attributes: Attributes, names: readonly string[]): Labels {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = attributes[name]
    if (typeof value === 'string') picked[name] = value
  }
  return picked
}

function seconds(from: number, to: number): number {
  return Math.max(0, to - from) / 1000
}
