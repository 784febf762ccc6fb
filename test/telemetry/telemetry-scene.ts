import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { OtlpTelemetry, type TelemetryDeps, type TelemetryOptions } from '#adapters/telemetry/otlp-telemetry.ts'
import { T0 } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import type { Collector } from './collector.ts'

export function targetAt(url: string, path = '/v1/traces') {
  return { url: `${url}${path}`, headers: {}, timeoutMs: 1000, isCompressed: false }
}

/** Traces to the collector, sent by `flush`. */
export function telemetryTo(
  collector: Pick<Collector, 'url'>,
  options: Partial<TelemetryOptions> = {},
  deps: Partial<TelemetryDeps> = {},
): OtlpTelemetry {
  return new OtlpTelemetry(
    {
      traces: targetAt(collector.url),
      metrics: null,
      isScraped: false,
      sampler: { ratio: 1, followsParent: true },
      isContentCaptured: false,
      resource: { 'service.name': 'errand' },
      spanDelayMs: 5000,
      metricIntervalMs: 60_000,
      ...options,
    },
    {
      clock: new ManualClock(T0),
      logger: new RecordingLogger(),
      fetch: (url, init) => fetch(url, init),
      gauges: () => Promise.resolve([]),
      ...deps,
    },
  )
}
