import type { HistogramPoint, Instrument, Labels, Metrics } from './metrics.ts'
import { TENANT_ID } from './names.ts'
import type { Gauge } from './otlp-metrics.ts'

const UNITS: Readonly<Record<string, string>> = { s: '_seconds' }

/** The series of one tenant: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function prometheusText(metrics: Metrics, gauges: readonly Gauge[], tenantId: string): string {
  const own = ({ labels }: { readonly labels: Labels }): boolean => labels[TENANT_ID] === tenantId
  const lines = [
    ...metrics.histograms.flatMap((instrument) => histogramLines(instrument, own)),
    ...family(
      { ...metrics.finished, name: `${metrics.finished.name}.total` },
      'counter',
      [...metrics.finished.points.values()].filter(own),
    ),
    ...gauges.flatMap((gauge) => family(gauge, 'gauge', gauge.points.filter(own))),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

type Head = Pick<Gauge, 'name' | 'description' | 'unit'>

function family(head: Head, type: string, points: Gauge['points']): readonly string[] {
  if (points.length === 0) return []
  return [...heading(head, type), ...points.map(({ labels, value }) => sample(nameOf(head), labels, value))]
}

function histogramLines(
  instrument: Instrument<HistogramPoint>,
  own: (point: HistogramPoint) => boolean,
): readonly string[] {
  const points = [...instrument.points.values()].filter(own)
  if (points.length === 0) return []
  const name = nameOf(instrument)
  return [...heading(instrument, 'histogram'), ...points.flatMap((point) => histogramPoint(name, point, instrument))]
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

function heading(head: Head, type: string): readonly string[] {
  const name = nameOf(head)
  return [`# HELP ${name} ${head.description}`, `# TYPE ${name} ${type}`]
}

/** By the rules of OpenTelemetry for Prometheus: dots become underscores, and the unit follows. */
function nameOf({ name, unit }: Head): string {
  return `${name.replaceAll('.', '_')}${UNITS[unit] ?? ''}`
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label.replaceAll('.', '_')}="${escaped(text)}"`)
  return `${name}{${pairs.join(',')}} ${String(value)}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
