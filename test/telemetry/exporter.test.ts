import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MetricExporter } from '#adapters/telemetry/metric-exporter.ts'
import { Metrics } from '#adapters/telemetry/metrics.ts'
import { type SendOutcome, otlpSender } from '#adapters/telemetry/otlp-sender.ts'
import type { RunSpans, Span } from '#adapters/telemetry/span.ts'
import { SpanExporter } from '#adapters/telemetry/span-exporter.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { type Collector, startCollector } from './collector.ts'
import { targetAt } from './telemetry-scene.ts'

let collector: Collector

beforeEach(async () => {
  collector = await startCollector()
})
afterEach(() => {
  collector.close()
})

function scene(headers: Readonly<Record<string, string>> = {}) {
  const logger = new RecordingLogger()
  const clock = new ManualClock()
  const fetched = { fetch: (url: string, init: RequestInit) => fetch(url, init), clock }
  const send = otlpSender({ ...targetAt(collector.url), headers }, fetched)
  const exporter = new SpanExporter({ send, resource: { attributes: [] }, clock, logger, delayMs: 60_000 })
  return { exporter, logger, clock, send }
}

function spans(count: number, name = 'chat'): RunSpans {
  const one = (index: number): Span => ({
    subject: 'model',
    spanId: index.toString(16).padStart(16, '0'),
    parentId: null,
    name,
    kind: 3,
    startedAt: 1,
    endedAt: 2,
    attributes: { text: 'a lone \ud800 surrogate' },
  })
  const all = Array.from({ length: count }, (_, index) => one(index + 1))
  return { traceId: 'a'.repeat(32), traceState: undefined, parent: null, tenantId: 'acme', spans: all }
}

test('keeps its spans while the collector is away, and sends each once', async () => {
  const { exporter, logger } = scene()
  // The first is sent at once, for a batch is full.
  collector.answerWith({ status: 503 }, { status: 503 })
  exporter.add(spans(600))
  await exporter.flush()
  expect(collector.spans.length).toBe(0)
  await exporter.flush()
  await exporter.flush()
  expect(collector.spans.length).toBe(600)
  expect(logger.lines).toMatchObject([
    { message: 'Spans could not be exported yet.', fields: { reason: 'status 503' } },
  ])
})

test('what could not be sent goes before what came since, and large spans make small requests', async () => {
  const { exporter } = scene()
  collector.answerWith({ status: 503 })
  exporter.add(spans(1, 'first'))
  await exporter.flush()
  exporter.add(spans(3, 'x'.repeat(700_000)))
  exporter.add(spans(1, 'last'))
  await exporter.flush()
  expect(collector.spans.map(({ name }) => name.slice(0, 5))).toEqual(['first', 'xxxxx', 'xxxxx', 'xxxxx', 'last'])
  expect(collector.requests).toHaveLength(4)
})

test('drops what the queue has no room for, and says how many, once a minute', async () => {
  const { exporter, logger, clock } = scene({ authorization: 'Bearer very-secret' })
  collector.answerWith(...Array.from({ length: 40 }, () => ({ status: 503 })))
  exporter.add(spans(9000))
  await exporter.flush()
  await clock.advance(60_000)
  await exporter.flush()
  const dropped = logger.lines.map(({ fields }) => fields['spans'])
  expect(dropped).toEqual([1, 807])
  expect(JSON.stringify(logger.lines)).not.toContain('very-secret')
})

test('drops what a collector refuses for good, and counts what it rejects of the rest', async () => {
  const { exporter, logger, clock } = scene()
  collector.answerWith({ status: 400 }, { status: 200, body: { partialSuccess: { rejectedSpans: '3' } } })
  exporter.add(spans(5))
  await exporter.flush()
  exporter.add(spans(7))
  await clock.advance(60_000)
  await exporter.flush()
  expect(logger.lines.map(({ fields }) => fields)).toEqual([
    { spans: 5, reason: 'status 400' },
    { spans: 3, reason: 'the collector rejected them' },
  ])
})

test('follows no redirect, which would take its credentials elsewhere', async () => {
  const { exporter, logger } = scene({ 'api-key': 'very-secret' })
  collector.answerWith({ status: 307 })
  exporter.add(spans(1))
  await exporter.flush()
  expect(collector.requests.length).toBe(1)
  expect(logger.lines).toMatchObject([{ fields: { reason: 'status 307' } }])
})

test('leaves no timer behind when it is closed, also where the collector is away', async () => {
  const { exporter, logger, clock, send } = scene()
  const shared = { send, resource: { attributes: [] }, clock, logger, metrics: new Metrics() }
  const metrics = new MetricExporter({ ...shared, gauges: () => Promise.resolve([]), intervalMs: 60_000 })
  collector.answerWith({ status: 503 })
  exporter.add(spans(3))
  await Promise.all([exporter.close(), metrics.close()])
  expect(clock.nextAt()).toBeNull()
  expect(collector.spans).toEqual([])
})

test('begins nothing beside a request that hangs, and after it waits as after any failure', async () => {
  const [clock, logger, sent] = [new ManualClock(), new RecordingLogger(), [] as ((outcome: SendOutcome) => void)[]]
  const send = () => new Promise<SendOutcome>((resolve) => sent.push(resolve))
  const exporter = new SpanExporter({ send, resource: { attributes: [] }, clock, logger, delayMs: 1000 })
  for (let delay = 0; delay < 10; delay++) {
    exporter.add(spans(1))
    await clock.advance(1000)
  }
  sent[0]?.({ kind: 'failed', reason: 'no answer', isLasting: false })
  await clock.advance(0)
  await clock.advance(1999)
  expect(sent).toHaveLength(1)
  await clock.advance(1)
  expect(sent).toHaveLength(2)
})
