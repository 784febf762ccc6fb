import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { createWorker } from '#composition/cloudflare/worker.ts'
import { defineConfig } from '#composition/config/config.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { eventually } from '#test/support/eventually.ts'
import { submitted } from '#test/support/fixtures.ts'
import { type ReceivedMetric, type ReceivedSpan, metricsIn, spansIn } from '#test/telemetry/otlp-decoding.ts'

beforeAll(() => migrate(new D1SqlDatabase(env.JOB_INDEX), jobsSchema))
afterAll(() => reset())
afterEach(() => {
  vi.restoreAllMocks()
})

const config = defineConfig({ agents: [defineAgent({ name: 'slogan', instructions: 'Be brief.' })] })
const SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.com',
  OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
}

/** What the collector gets. Nothing leaves workerd. */
function collector() {
  const received = { spans: [] as ReceivedSpan[], metrics: [] as ReceivedMetric[], requests: 0 }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    received.requests++
    const packed = new Response(init?.body).body?.pipeThrough(new DecompressionStream('gzip'))
    const message: unknown = await new Response(packed).json()
    if (new Request(input).url.endsWith('/v1/traces')) received.spans.push(...spansIn(message))
    else received.metrics.push(...metricsIn(message))
    return Response.json({})
  })
  return received
}

test("an alarm's work is one trace, sent in one request for its spans and one for its metrics", async () => {
  const received = collector()
  const { AgentJob } = createWorker(config)
  const { event } = submitted({ agent: 'slogan', jobId: 'job_traced', at: Date.now(), tenantId: 'default' })
  await runInDurableObject(env.AGENT_JOB.getByName('job_traced'), async (_instance, state) => {
    const job = new AgentJob(state, { ...env, ...SETTINGS }) as unknown as {
      create(submission: typeof event): Promise<unknown>
      alarm(): Promise<void>
    }
    await job.create(event)
    await state.storage.deleteAlarm()
    await job.alarm()
  })
  await eventually(() => {
    expect(received.requests).toBe(2)
    expect(received.spans.length).toBeGreaterThan(0)
    expect(received.metrics.length).toBeGreaterThan(0)
  })
  const names = new Map(received.spans.map(({ spanId, name }) => [spanId, name]))
  expect(received.spans.map(({ name, parentSpanId }) => [name, names.get(parentSpanId ?? '')]).sort()).toEqual([
    ['attempt', 'invoke_agent slogan'],
    ['chat demo', 'attempt'],
    ['invoke_agent slogan', 'submit job'],
    ['submit job', undefined],
  ])
  expect(new Set(received.spans.map(({ traceId }) => traceId)).size).toBe(1)
  // Each object knows only its own part: a sum since the start would be wrong.
  const [tokens] = received.metrics
  expect(tokens).toMatchObject({ name: 'gen_ai.client.token.usage', histogram: { aggregationTemporality: 1 } })
})

test('without settings nothing is sent', async () => {
  const received = collector()
  const { AgentJob } = createWorker(config)
  const { event } = submitted({ agent: 'slogan', jobId: 'job_untraced', at: Date.now(), tenantId: 'default' })
  await runInDurableObject(env.AGENT_JOB.getByName('job_untraced'), async (_instance, state) => {
    const job = new AgentJob(state, { ...env }) as unknown as {
      create(submission: typeof event): Promise<unknown>
      alarm(): Promise<void>
    }
    await job.create(event)
    await state.storage.deleteAlarm()
    await job.alarm()
  })
  expect(received.requests).toBe(0)
})
