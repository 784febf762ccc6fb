import type { CounterPoint, HistogramPoint, Instrument, Labels, Metrics } from './metrics.ts'
import { textAttributes, nanos } from './otlp-json.ts'

/** As in `opentelemetry/proto/metrics/v1/metrics.proto`. */
export const TEMPORALITY = { delta: 1, cumulative: 2 } as const

export interface MetricWindow {
  readonly temporality: (typeof TEMPORALITY)[keyof typeof TEMPORALITY]
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
}

/** A value as it is now. */
export interface Gauge {
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly points: readonly { readonly labels: Labels; readonly value: number }[]
}

/** What was counted in the window, with instruments that have counted nothing left out. */
export function encodedMetrics(metrics: Metrics, window: MetricWindow, gauges: readonly Gauge[]): readonly object[] {
  const { temporality: aggregationTemporality, from, to } = window
  const times = { startTimeUnixNano: nanos(from), timeUnixNano: nanos(to) }
  const histograms = metrics.histograms.map((instrument) => ({
    ...headOf(instrument),
    histogram: {
      aggregationTemporality,
      dataPoints: [...instrument.points.values()].map((point) => histogramPoint(point, instrument, times)),
    },
    size: instrument.points.size,
  }))
  const sums = metrics.counters.map((instrument) => ({
    ...headOf(instrument),
    sum: {
      aggregationTemporality,
      isMonotonic: true,
      dataPoints: [...instrument.points.values()].map((point) => counterPoint(point, instrument, times)),
    },
    size: instrument.points.size,
  }))
  const now = gauges.map((gauge) => ({ ...encodedGauge(gauge, to), size: gauge.points.length }))
  return [...histograms, ...sums, ...now].flatMap(({ size, ...metric }) => (size > 0 ? [metric] : []))
}

function encodedGauge(gauge: Gauge, at: number) {
  const dataPoints = gauge.points.map(({ labels, value }) => ({
    attributes: textAttributes(labels),
    timeUnixNano: nanos(at),
    asInt: String(value),
  }))
  return { ...headOf(gauge), gauge: { dataPoints } }
}

function counterPoint({ labels, value }: CounterPoint, { parts }: Instrument<CounterPoint>, times: object): object {
  const number = parts === undefined ? { asInt: String(value) } : { asDouble: value / parts }
  return { attributes: textAttributes(labels), ...times, ...number }
}

function histogramPoint(
  { labels, count, sum, buckets }: HistogramPoint,
  { bounds = [] }: Instrument<HistogramPoint>,
  times: object,
): object {
  return {
    attributes: textAttributes(labels),
    ...times,
    count: String(count),
    sum,
    bucketCounts: buckets.map(String),
    explicitBounds: bounds,
  }
}

function headOf({ name, description, unit }: Pick<Gauge, 'name' | 'description' | 'unit'>) {
  return { name, description, unit }
}
