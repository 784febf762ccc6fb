import type { Gauge } from '#adapters/telemetry/otlp-metrics.ts'
import { prometheusText } from '#adapters/telemetry/prometheus-text.ts'
import { UnfinishedGauge } from '#adapters/telemetry/unfinished-gauge.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { knownTenants } from '../known-tenants.ts'
import type { NodeSettings } from '../settings/settings.ts'
import * as t from '../tokens.ts'
import type { DependencyContainer } from '../tsyringe.ts'

/**
 * Follows the jobs and runs of this process. Loaded late, so that a process without it loads nothing.
 * @param isServing the queue and Prometheus are a server's.
 */
export async function addTelemetry(
  container: DependencyContainer,
  settings: NodeSettings,
  { isServing }: { readonly isServing: boolean },
): Promise<void> {
  if (!settings.telemetry) return
  const { OtlpTelemetry } = await import('#adapters/telemetry/otlp-telemetry.ts')
  const { plainFetch } = await import('#adapters/node/http/plain-fetch.ts')
  const instance = container.resolve(t.IDS).newId('exec')
  const resource = { 'service.instance.id': instance, ...settings.telemetry.resource }
  let counted: UnfinishedGauge | undefined
  const unfinished = (tenants: readonly string[]): Promise<Gauge> => {
    counted ??= new UnfinishedGauge(container.resolve(t.JOB_INDEX), container.resolve(t.CLOCK))
    return counted.of(tenants)
  }
  const tenants = tenantsOf(container, settings)
  const telemetry = new OtlpTelemetry(
    { ...settings.telemetry, resource },
    {
      clock: container.resolve(t.CLOCK),
      logger: container.resolve(t.LOGGER),
      fetch: plainFetch,
      gauges: async () => (isServing ? [await unfinished(await tenants())] : []),
    },
  )
  container.registerInstance(t.TELEMETRY, telemetry)
  if (!settings.telemetry.isScraped || !isServing) return
  const text = async (tenantId: string) => prometheusText(telemetry.metrics, [await unfinished([tenantId])], tenantId)
  container.registerInstance(t.METRICS_TEXT, text)
}

function tenantsOf(
  container: DependencyContainer,
  { apiKeys: listed }: NodeSettings,
): () => Promise<readonly string[]> {
  let read: (() => Promise<readonly string[]>) | undefined
  return async () => {
    read ??= knownTenants({ listed, stored: container.resolve(t.API_KEY_STORE), clock: container.resolve(t.CLOCK) })
    const known = await read()
    return known.length > 0 ? known : [DEFAULT_TENANT]
  }
}

/** Once no more is recorded. A collector that does not answer holds up no stop. */
export async function flushTelemetry(container: DependencyContainer): Promise<void> {
  if (container.isRegistered(t.TELEMETRY)) await container.resolve(t.TELEMETRY).close()
}
