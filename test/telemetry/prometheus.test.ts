import { expect, test } from 'vitest'
import { Metrics } from '#adapters/telemetry/metrics.ts'
import { prometheusText } from '#adapters/telemetry/prometheus-text.ts'
import type { Span } from '#adapters/telemetry/span.ts'
import { metricsResource } from '#adapters/http/resources/metrics.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

function ended(agent: string): Span {
  const attributes = { 'gen_ai.agent.name': agent, 'errand.job.status': 'completed' }
  const times = { startedAt: 0, endedAt: 1500 }
  return { subject: 'job', spanId: '1', parentId: null, name: agent, kind: 1, attributes, ...times }
}

function counted(...tenants: readonly string[]): Metrics {
  const metrics = new Metrics()
  for (const tenantId of tenants)
    metrics.record({ traceId: '1', traceState: undefined, parent: null, tenantId, spans: [ended('say "hi"\\\n')] })
  return metrics
}

test('shows a tenant its own series and no others, with labels escaped', () => {
  const text = prometheusText(counted('acme', 'acme', 'other'), [], 'acme')
  expect(text).not.toContain('other')
  expect(text).toContain(
    String.raw`errand_jobs_finished_total{gen_ai_agent_name="say \"hi\"\\\n",errand_job_status="completed",errand_tenant_id="acme"} 2`,
  )
  const buckets = [...text.matchAll(/_bucket\{.*le="(.+)"\} (\d+)/g)].map(([, le, count]) => [le, count])
  expect(buckets).toContainEqual(['1', '0'])
  expect(buckets).toContainEqual(['2', '2'])
})

test('counts runs that may be missing in the sums of usage', () => {
  const metrics = new Metrics()
  for (const agent of ['writer', 'writer']) metrics.miss({ tenantId: 'acme', agent })
  expect(prometheusText(metrics, [], 'acme')).toContain(
    'errand_runs_uncounted_total{gen_ai_agent_name="writer",errand_tenant_id="acme"} 2',
  )
})

test('counts together what comes after two thousand series', () => {
  const metrics = counted(...Array.from({ length: 2100 }, (_, index) => `tenant${String(index)}`))
  expect(metrics.finished.points.size).toBe(2001)
  expect([...metrics.finished.points.values()].at(-1)).toEqual({
    labels: { 'otel.metric.overflow': 'true' },
    value: 100,
  })
})

test('is behind the scope "admin", and asks for the series of the tenant of the key', async () => {
  const resources = <T>(standard: readonly T[]) => [
    ...standard,
    ...(metricsResource({ metricsText: (tenantId) => Promise.resolve(`of ${tenantId}`) }) as T[]),
  ]
  const { fetch, key } = testApp([], new ListedModel(), { resources })
  const asked = async (scope: 'read' | 'admin') =>
    fetch('/metrics', { headers: { authorization: `Bearer ${await key('acme', [scope])}` } })
  expect((await asked('read')).status).toBe(403)
  expect(await (await asked('admin')).text()).toBe('of acme')
  expect((await fetch('/metrics')).status).toBe(401)
})
