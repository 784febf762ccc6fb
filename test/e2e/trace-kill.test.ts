import { afterEach, beforeEach, expect, test } from 'vitest'
import { contextIn } from '#domain/trace/trace-context.ts'
import { eventually } from '#test/support/eventually.ts'
import { type Collector, oneTrace, startCollector } from '#test/telemetry/collector.ts'
import { Servers } from './runtimes.ts'

const CALLER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

let servers: Servers
let collector: Collector

beforeEach(async () => {
  servers = new Servers()
  collector = await startCollector()
})

afterEach(async () => {
  await servers.end()
  collector.close()
})

function start(hangs: 'yes' | 'no') {
  const own = { ERRAND_PORT: '0', ERRAND_DATA_DIR: servers.folder, HANGS: hangs }
  const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '20' }
  const command = [process.execPath, 'test/e2e/traced-server.ts'] as const
  return servers.start({ command, env: { ...own, ...telemetry }, ready: /listens on (\S+)/ })
}

test('a job whose server is killed in a tool call is one trace, with both attempts', async () => {
  const first = await start('yes')
  const headers = { 'content-type': 'application/json', traceparent: CALLER }
  const body = JSON.stringify({ agent: 'slogan', input: 'wool socks' })
  const answer = await fetch(`${first.url}/jobs`, { method: 'POST', headers, body })
  const { id } = (await answer.json()) as { readonly id: string }
  await eventually(async () => {
    const events = await fetch(`${first.url}/jobs/${id}/events?follow=false`)
    expect(await events.text()).toContain('tool_call.started')
  })
  await first.kill('SIGKILL')
  await start('no')
  await eventually(() => {
    expect(collector.spans.map(({ name }) => name)).toContain('invoke_agent slogan')
  })
  // What both servers have exported differs in nothing but the server.
  const received = collector.spans.map((span) => ({ ...span, resource: {} }))
  const spans = oneTrace(received, contextIn(CALLER)?.spanId)
  expect(spans[0]?.traceId).toBe(contextIn(CALLER)?.traceId)
  const errors = (name: string) =>
    spans.filter((span) => span.name === name).map(({ attributes }) => attributes['error.type'])
  expect(errors('attempt')).toEqual(['interrupted', undefined])
  expect(errors('execute_tool look')).toEqual(['interrupted', undefined])
})
