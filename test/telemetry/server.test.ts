import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { defineConfig } from '#composition/config/config.ts'
import type { NodeApp } from '#composition/node/mount.ts'
import { createNodeApp } from '#composition/serve.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { defineTool } from '#domain/agent/tool.ts'
import { contextIn } from '#domain/trace/trace-context.ts'
import { startCallbackServer } from '#test/support/callback-server.ts'
import { eventually } from '#test/support/eventually.ts'
import { type Collector, oneTrace, startCollector } from './collector.ts'

const CALLER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const look = defineTool({
  name: 'look',
  description: 'Looks.',
  effect: 'read',
  input: z.object({ where: z.string() }),
  run: () => 'seen',
})
const config = defineConfig({ agents: [defineAgent({ name: 'slogan', instructions: 'Be brief.', tools: [look] })] })

const closing: (() => unknown)[] = []
let collector: Collector

beforeEach(async () => {
  collector = await startCollector()
  closing.push(() => {
    collector.close()
  })
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(env: object): Promise<NodeApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'errand-telemetry-'))
  const secrets = { ERRAND_CALLBACK_SECRETS: `whsec_${btoa('a secret of twenty-four b')}` }
  const common = { ERRAND_DATA_DIR: dataDir, ERRAND_OPEN: 'local-development', OTEL_BSP_SCHEDULE_DELAY: '20' }
  const app = await createNodeApp(config, { env: { ...common, ...secrets, ...env } })
  closing.push(() => {
    rmSync(dataDir, { recursive: true })
  })
  closing.push(() => app.close())
  await app.start()
  return app
}

const LOCAL = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }

function post(
  app: NodeApp,
  path: string,
  { headers = {}, ...body }: Record<string, unknown> & { headers?: object },
): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
  return app.fetch(new Request(`http://127.0.0.1${path}`, { ...init, body: JSON.stringify(body) }), LOCAL)
}

function get(app: NodeApp, path: string): Promise<Response> {
  return app.fetch(new Request(`http://127.0.0.1${path}`), LOCAL)
}

test("a client's trace goes on through its job to the callback", async () => {
  const receiver = await startCallbackServer()
  closing.push(() => {
    receiver.close()
  })
  const { host } = new URL(receiver.url)
  const app = await open({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_SERVICE_NAME: 'shop-agents',
    ERRAND_CALLBACK_HOSTS: host,
  })
  const body = { agent: 'slogan', input: 'wool socks', callback: { url: receiver.url } }
  const submitted = await post(app, '/jobs', { ...body, headers: { traceparent: CALLER } })
  expect(submitted.status).toBe(202)
  const [callback] = await receiver.received(1)
  await eventually(() => {
    expect(collector.spans.map(({ name }) => name)).toContain('POST callback')
  })
  const spans = oneTrace(collector.spans, contextIn(CALLER)?.spanId)
  expect(spans[0]?.traceId).toBe(contextIn(CALLER)?.traceId)
  const tree = Object.fromEntries(
    spans.map(({ name, parentSpanId }) => [name, spans.find(({ spanId }) => spanId === parentSpanId)?.name]),
  )
  expect(tree).toEqual({
    'POST /jobs': undefined,
    'invoke_agent slogan': 'POST /jobs',
    attempt: 'invoke_agent slogan',
    'chat demo': 'attempt',
    'execute_tool look': 'attempt',
    'POST callback': 'invoke_agent slogan',
  })
  const delivery = spans.find(({ name }) => name === 'POST callback')
  expect(contextIn(callback?.headers['traceparent'] ?? '')?.spanId).toBe(delivery?.spanId)
  expect(spans.find(({ name }) => name === 'execute_tool look')?.attributes).toEqual({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'look',
    'gen_ai.tool.call.id': 'call_0',
    'errand.tool.effect': 'read',
  })
  expect(spans[0]?.resource).toMatchObject({
    'service.name': 'shop-agents',
    'deployment.environment.name': 'test',
    'service.instance.id': expect.stringMatching(/^exec_/) as unknown,
  })
  const [request] = collector.requests
  expect(request).toMatchObject({
    path: '/v1/traces',
    headers: { authorization: 'Bearer of-the-collector', 'content-encoding': 'gzip' },
  })
})

test('what is recorded last is delivered when the server stops; prompts and answers only where they are asked for', async () => {
  const app = await open({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
  })
  expect((await post(app, '/run', { agent: 'slogan', input: 'wool socks' })).status).toBe(200)
  const { id } = (await (await post(app, '/jobs', { agent: 'slogan', input: 'silk' })).json()) as { id: string }
  expect(((await (await get(app, `/jobs/${id}?wait=60`)).json()) as { status: string }).status).toBe('completed')
  expect(collector.spans).toEqual([])
  await app.close()
  const run = collector.spans.find(({ name }) => name === 'POST /run')
  oneTrace(collector.spans.filter(({ traceId }) => traceId === run?.traceId))
  const named = (name: string) =>
    collector.spans.filter((span) => span.name === name).map(({ attributes }) => attributes)
  expect(named('invoke_agent slogan').map((one) => one['gen_ai.input.messages'])).toContain(
    '[{"role":"user","parts":[{"type":"text","content":"silk"}]}]',
  )
  expect(named('execute_tool look')).toMatchObject(Array(2).fill({ 'gen_ai.tool.call.result': '"seen"' }))
})

test('a server whose collector is away does its jobs, and one without settings sends nothing', async () => {
  collector.close()
  for (const env of [{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }, {}]) {
    const app = await open(env)
    const { id } = (await (await post(app, '/jobs', { agent: 'slogan', input: 'silk' })).json()) as { id: string }
    expect(((await (await get(app, `/jobs/${id}?wait=60`)).json()) as { status: string }).status).toBe('completed')
  }
  expect(collector.requests).toEqual([])
})

test('Prometheus reads what this server has counted, where it is asked for', async () => {
  const app = await open({ OTEL_METRICS_EXPORTER: 'prometheus' })
  const { id } = (await (await post(app, '/jobs', { agent: 'slogan', input: 'silk' })).json()) as { id: string }
  await get(app, `/jobs/${id}?wait=60`)
  const answer = await get(app, '/metrics')
  const text = await answer.text()
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(text).toContain('# TYPE errand_jobs_finished_total counter')
  const job = 'gen_ai_agent_name="slogan",errand_job_status="completed",errand_tenant_id="default"'
  expect(text).toContain(`errand_jobs_finished_total{${job}} 1\n`)
  expect(text).toContain(`errand_job_duration_seconds_bucket{${job},le="+Inf"} 1\n`)
  expect(text).toContain('errand_jobs_unfinished{errand_job_status="queued",errand_tenant_id="default"} 0\n')
  expect(text).toMatch(/gen_ai_client_token_usage_sum\{[^}]*gen_ai_token_type="input"[^}]*\} \d+/)
  expect((await get(await open({}), '/metrics')).status).toBe(404)
  expect(collector.requests).toEqual([])
})
