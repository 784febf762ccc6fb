import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OtlpTelemetry } from '#adapters/telemetry/otlp-telemetry.ts'
import { prometheusText } from '#adapters/telemetry/prometheus-text.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { isFinished } from '#domain/job/job.ts'
import { ModelError } from '#domain/model/errors.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { tool } from '#test/support/tools.ts'
import { type Collector, startCollector } from './collector.ts'
import { targetAt, telemetryTo } from './telemetry-scene.ts'

const agent = defineAgent({
  name: 'writer',
  instructions: '',
  tools: [tool('look', () => 'seen')],
  fallbackModels: ['a/unpriced'],
})

let collector: Collector

beforeEach(async () => {
  collector = await startCollector()
})
afterEach(() => {
  collector.close()
})

/** A call that costs 70 micro-dollars, one that fails and costs 200, and one of a model without a price. */
async function runTo(telemetry: OtlpTelemetry): Promise<void> {
  const { executor, submit, job, clock } = execution(agent)
  const usage = { ...NO_USAGE, inputTokens: 100 }
  const refused = new ModelError('It is empty.', { retryable: false, usage })
  const model = new ListedModel(asks({ id: 'a', name: 'look' }), refused, answer('Done.'))
  const id = await submit()
  while (!isFinished(await job(id))) {
    await executor(model, [agent], { telemetry }).execute(id, NEVER)
    await clock.advance(60_000)
  }
  await telemetry.flush()
}

test("spans of model calls and of their job say what was paid, and how many calls' prices are not known", async () => {
  await runTo(telemetryTo(collector))
  const costs = collector.spans
    .filter(({ name }) => name.startsWith('chat') || name.startsWith('invoke_agent'))
    .map(({ name, attributes }) => [name, attributes['errand.cost.usd'], attributes['errand.cost.unpriced_calls']])
  expect(costs).toEqual([
    ['chat test', 0.000_07, undefined],
    ['chat test', 0.000_2, undefined],
    ['chat unpriced', undefined, 1],
    ['invoke_agent writer', 0.000_27, 1],
  ])
})

test('counters of dollars and of unpriced calls reach the collector', async () => {
  await runTo(telemetryTo(collector, { traces: null, metrics: targetAt(collector.url, '/v1/metrics') }))
  const points = (name: string) =>
    collector.metrics
      .filter((metric) => metric.name === name)
      .flatMap((metric) => ('sum' in metric ? metric.sum.dataPoints : []))
      .map((point) => [
        point.attributes['gen_ai.request.model'],
        'asInt' in point ? Number(point.asInt) : point.asDouble,
      ])
  expect(points('errand.model.cost')).toEqual([['test', 0.000_27]])
  expect(points('errand.model.unpriced_calls')).toEqual([['unpriced', 1]])
})

test('Prometheus reads dollars', async () => {
  const telemetry = telemetryTo(collector, { traces: null })
  await runTo(telemetry)
  const lines = prometheusText(telemetry.metrics, [], 'acme').split('\n')
  const of = (start: string) => lines.filter((line) => line.includes(start)).map((line) => line.replace(/\{.*\}/, ''))
  expect(of('errand_model_cost')).toEqual([
    expect.stringContaining('# HELP errand_model_cost_usd_total '),
    '# TYPE errand_model_cost_usd_total counter',
    'errand_model_cost_usd_total 0.00027',
  ])
  expect(of('errand_model_unpriced_calls_total').at(-1)).toBe('errand_model_unpriced_calls_total 1')
})
