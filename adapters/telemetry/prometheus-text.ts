import type { CounterPoint, HistogramPoint, Instrument, Labels, Metrics } from './metrics.ts'
import { TENANT_ID } from './names.ts'
import type { Gauge } from './otlp-metrics.ts'

const UNITS: Readonly<Record<string, string>> = { s: '_seconds', usd: '_usd' }

/** The series of one tenant: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function prometheusText(metrics: Metrics, gauges: readonly Gauge[], tenantId: string): string {
  const own = ({ labels }: { readonly labels: Labels }): boolean => labels[TENANT_ID] === tenantId
  const lines = [
    ...metrics.histograms.flatMap((instrument) => histogramLines(instrument, own)),
    ...metrics.counters.flatMap((instrument) => counterLines(instrument, own)),
    ...gauges.flatMap((gauge) => gaugeLines(gauge, gauge.points.filter(own))),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function gaugeLines(gauge: Gauge, points: Gauge['points']): readonly string[] {
  return family({ name: nameOf(gauge), type: 'gauge', description: gauge.description }, points)
}

function counterLines(instrument: Instrument<CounterPoint>, own: (point: CounterPoint) => boolean): readonly string[] {
  const { description, parts = 1 } = instrument
  const points = [...instrument.points.values()].filter(own)
  return family(
    { name: `${nameOf(instrument)}_total`, type: 'counter', description },
    points.map(({ labels, value }) => ({ labels, value: value / parts })),
  )
}

interface Family {
  readonly name: string
  readonly type: string
  readonly description: string
}

function family(head: Family, points: Gauge['points']): readonly string[] {
  if (points.length === 0) return []
  return [...heading(head), ...points.map(({ labels, value }) => sample(head.name, labels, value))]
}

function histogramLines(
  instrument: Instrument<HistogramPoint>,
  own: (point: HistogramPoint) => boolean,
): readonly string[] {
  const points = [...instrument.points.values()].filter(own)
  if (points.length === 0) return []
  const name = nameOf(instrument)
  const { description } = instrument
  return [
    ...heading({ name, type: 'histogram', description }),
    ...points.flatMap((point) => histogramPoint(name, point, instrument)),
  ]
}

function histogramPoint(
  name: string,
  { labels, count, sum, buckets }: HistogramPoint,
  { bounds = [] }: Instrument<HistogramPoint>,
): readonly string[] {
  let below = 0
  const cumulative = bounds.map((bound, index) => {
    below += buckets[index] ?? 0
    return sample(`${name}_bucket`, { ...labels, le: String(bound) }, below)
  })
  return [
    ...cumulative,
    sample(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    sample(`${name}_sum`, labels, sum),
    sample(`${name}_count`, labels, count),
  ]
}

function heading({ name, type, description }: Family): readonly string[] {
  return [`# HELP ${name} ${description}`, `# TYPE ${name} ${type}`]
}

/** By the rules of OpenTelemetry for Prometheus: dots become underscores, and the unit follows. */
function nameOf({ name, unit }: Pick<Gauge, 'name' | 'unit'>): string {
  return `${name.replaceAll('.', '_')}${UNITS[unit] ?? ''}`
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label.replaceAll('.', '_')}="${escaped(text)}"`)
  return `${name}{${pairs.join(',')}} ${String(value)}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
