import { OtlpTelemetry } from '#adapters/telemetry/otlp-telemetry.ts'
import type { Settings } from '../settings/settings.ts'
import { SettingsError } from '../settings/settings-error.ts'
import * as t from '../tokens.ts'
import { type DependencyContainer, once } from '../tsyringe.ts'

/**
 * One for each container, so for each object: what one sends must not wait for another, which may end at any time.
 * @throws {SettingsError}
 */
export function addTelemetry(container: DependencyContainer, { telemetry }: Settings): void {
  if (!telemetry) return
  if (telemetry.isScraped)
    throw new SettingsError(
      'OTEL_METRICS_EXPORTER must not have "prometheus" on Workers: no isolate knows of the others.',
    )
  container.register(t.TELEMETRY, {
    useFactory: once(
      (c) =>
        new OtlpTelemetry(telemetry, {
          clock: c.resolve(t.CLOCK),
          logger: c.resolve(t.LOGGER),
          fetch: (url, init) => fetch(url, init),
          // Each object would count the same jobs in D1.
          gauges: () => Promise.resolve([]),
          isShortLived: true,
        }),
    ),
  })
}
