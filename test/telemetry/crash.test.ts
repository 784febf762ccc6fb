import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { jobSpan, modelCallSpan, toolCallSpan, traceIdOf } from '#domain/trace/span-ids.ts'
import { traceparentOf } from '#domain/trace/trace-context.ts'
import type { Models } from '#ports/model.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0, submitted } from '#test/support/fixtures.ts'
import { answer, asks } from '#test/support/script.ts'
import { tool } from '#test/support/tools.ts'
import { type Collector, oneTrace, startCollector } from './collector.ts'
import { telemetryTo } from './telemetry-scene.ts'

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isSampled: true }
const LOOK = tool('look', () => 'seen')
const agent = defineAgent({ name: 'writer', instructions: '', tools: [LOOK] })

/** Two calls of a tool at once, then an answer, however often it is asked. */
const model: Models = {
  check: () => undefined,
  call: ({ messages }) =>
    Promise.resolve(
      messages.some(({ role }) => role === 'tool')
        ? answer('Done.')
        : asks({ id: 'a', name: 'look' }, { id: 'b', name: 'look' }),
    ),
}

let collector: Collector

beforeEach(async () => {
  collector = await startCollector()
})
afterEach(() => {
  collector.close()
})

async function scene() {
  const world = execution(agent)
  const headers = { traceparent: traceparentOf(CALLER), tracestate: 'shop=1' }
  const options = { ...submitted().job.options, trace: { headers, receivedAt: T0 - 3 } }
  const { job, event } = submitted({ options })
  await world.store.create(job, event)
  return { ...world, job }
}

describe('a job whose process dies', () => {
  test.each([1, 2, 3, 4].flatMap((commit) => (['before', 'after'] as const).map((when) => ({ commit, when }))))(
    '$when its commit $commit is one trace without a hole, whether or not the process had exported',
    async ({ commit, when }) => {
      for (const hasExported of [true, false]) {
        const { executor, store, job, clock, eventTypes } = await scene()
        const first = telemetryTo(collector)
        store.crashAt(store.commits + commit, when)
        await expect(executor(model, [agent], { telemetry: first }).execute(job.id, NEVER)).rejects.toThrow(Crash)
        if (hasExported) await first.flush()
        store.restart()
        await clock.advance(120_000)
        const second = telemetryTo(collector)
        await executor(model, [agent], { telemetry: second }).execute(job.id, NEVER)
        await second.flush()

        const own = collector.spans.filter(({ attributes }) => attributes['errand.job.id'] === job.id)
        const trace = collector.spans.filter(({ traceId }) => traceId === CALLER.traceId)
        expect(own.length).toBeGreaterThan(0)
        const spans = oneTrace(trace, CALLER.spanId)
        const types = await eventTypes(job.id)
        const begun = (type: string): number => types.filter((other) => other === type).length
        const named = (name: string): number => spans.filter((span) => span.name.startsWith(name)).length
        expect(named('attempt')).toBe(begun('attempt.started'))
        expect(named('chat')).toBe(begun('model_call.started'))
        for (const call of ['a', 'b'])
          expect(spans.filter(({ attributes }) => attributes['gen_ai.tool.call.id'] === call).length).toBeGreaterThan(0)
        expect(spans.find(({ name }) => name === 'invoke_agent writer')?.attributes).toMatchObject({
          'errand.job.status': 'completed',
          'gen_ai.usage.output_tokens': 5 * begun('model_call.completed'),
        })
        ;(collector.spans as unknown[]).length = 0
      }
    },
  )
})

test('a process that goes on with a job repeats only what ended in the last minute', async () => {
  const { executor, store, job, clock } = await scene()
  const first = telemetryTo(collector)
  store.crashAt(store.commits + 4, 'before')
  await clock.advance(1000)
  const slow: Models = {
    ...model,
    call: async (request, options) => {
      await clock.advance(61_000)
      return model.call(request, options)
    },
  }
  await expect(executor(slow, [agent], { telemetry: first }).execute(job.id, NEVER)).rejects.toThrow(Crash)
  await first.flush()
  const before = collector.spans.length
  store.restart()
  await clock.advance(30_000)
  const second = telemetryTo(collector)
  await executor(model, [agent], { telemetry: second }).execute(job.id, NEVER)
  await second.flush()
  const again = collector.spans.slice(before).map(({ name }) => name)
  expect(again.filter((name) => name === 'POST /jobs')).toEqual([])
  oneTrace(collector.spans, CALLER.spanId)
})

test('the ids that calls pass on are those of their spans', async () => {
  const { executor, job } = await scene()
  const passed: unknown[] = []
  const telling = defineAgent({
    name: 'writer',
    instructions: '',
    tools: [
      tool('look', (_input, { traceHeaders }) => {
        passed.push(traceHeaders)
        return 'seen'
      }),
    ],
  })
  const heard: Models = {
    ...model,
    call: (request, options) => {
      passed.push(options.trace)
      return model.call(request, options)
    },
  }
  const telemetry = telemetryTo(collector)
  await executor(heard, [telling], { telemetry }).execute(job.id, NEVER)
  await telemetry.flush()
  const spanIds = [
    modelCallSpan(job.runId, 1),
    toolCallSpan(job.runId, 1, 'a'),
    toolCallSpan(job.runId, 1, 'b'),
    modelCallSpan(job.runId, 2),
  ]
  expect(passed).toEqual(
    spanIds.map((spanId) => ({ traceparent: traceparentOf({ ...CALLER, spanId }), tracestate: 'shop=1' })),
  )
  const sent = new Set(collector.spans.map(({ spanId }) => spanId))
  expect([...spanIds, jobSpan(job.runId)].filter((id) => !sent.has(id))).toEqual([])
  expect(new Set(collector.spans.map(({ traceState }) => traceState))).toEqual(new Set(['shop=1']))
})

test('without telemetry a caller finds its own headers in what the job requests', async () => {
  const { executor, job } = await scene()
  const passed: unknown[] = []
  const heard: Models = {
    ...model,
    call: (request, options) => {
      passed.push(options.trace)
      return model.call(request, options)
    },
  }
  await executor(heard).execute(job.id, NEVER)
  expect(passed).toEqual(Array(2).fill({ traceparent: traceparentOf(CALLER), tracestate: 'shop=1' }))
})

test('a job without a caller has a trace of its own', async () => {
  const { executor, store } = execution(agent)
  const { job, event } = submitted()
  await store.create(job, event)
  const telemetry = telemetryTo(collector)
  await executor(model, [agent], { telemetry }).execute(job.id, NEVER)
  await telemetry.flush()
  const spans = oneTrace(collector.spans)
  expect(spans[0]?.traceId).toBe(traceIdOf(job))
})
