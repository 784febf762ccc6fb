import { expect, test } from 'vitest'
import { JobTracer } from '#adapters/telemetry/job-tracer.ts'
import type { Metrics } from '#adapters/telemetry/metrics.ts'
import type { RunSpans } from '#adapters/telemetry/span.ts'
import { submittedJobOf } from '#adapters/telemetry/submitted-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Models } from '#ports/model.ts'
import type { Commit } from '#ports/telemetry.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { submitted } from '#test/support/fixtures.ts'
import { answer, asks } from '#test/support/script.ts'
import { tool } from '#test/support/tools.ts'
import { telemetryTo } from './telemetry-scene.ts'

const agent = defineAgent({ name: 'writer', instructions: '', tools: [tool('look', () => 'seen')] })

/** Three calls of a tool, one after the other, then an answer. */
const model: Models = {
  check: () => undefined,
  call: ({ messages }) => {
    const done = messages.filter(({ role }) => role === 'tool').length
    return Promise.resolve(done === 3 ? answer('Done.') : asks({ id: `call_${String(done)}`, name: 'look' }))
  },
}

const counting = () => telemetryTo({ url: '' }, { traces: null })

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0)

const countsOf = ({ operations, tokens, cost, jobs, finished }: Metrics) => ({
  calls: sum([...operations.points.values()].map(({ count }) => count)),
  outputTokens: sum(
    [...tokens.points.values()]
      .filter(({ labels }) => labels['gen_ai.token.type'] === 'output')
      .map((point) => point.sum),
  ),
  costNanos: sum([...cost.points.values()].map(({ value }) => value)),
  jobs: sum([...jobs.points.values()].map(({ count }) => count)),
  finished: sum([...finished.points.values()].map(({ value }) => value)),
})

test('of a job that two servers take from each other, each call, its tokens, its cost and the end count once', async () => {
  const { executor, store, clock, submit, job, eventTypes } = execution(agent)
  const servers = [counting(), counting()]
  const id = await submit()
  for (let turn = 0; (await job(id)).status !== 'completed'; turn++) {
    store.crashAt(store.commits + 4, 'before')
    const [telemetry = counting()] = servers
    servers.reverse()
    await executor(model, [agent], { telemetry })
      .execute(id, NEVER)
      .catch(() => undefined)
    store.restart()
    await clock.advance(120_000)
  }
  await Promise.all(servers.map((telemetry) => telemetry.flush()))
  const types = await eventTypes(id)
  const times = (type: string): number => types.filter((other) => other === type).length
  expect(times('attempt.started')).toBeGreaterThan(2)
  const counted = servers.map(({ metrics }) => countsOf(metrics))
  expect(counted.filter(({ calls }) => calls === 0)).toEqual([])
  const total = (name: keyof ReturnType<typeof countsOf>): number => sum(counted.map((counts) => counts[name]))
  expect({
    calls: total('calls'),
    outputTokens: total('outputTokens'),
    costNanos: total('costNanos'),
    jobs: total('jobs'),
    finished: total('finished'),
  }).toEqual({
    calls: times('model_call.started'),
    outputTokens: 5 * times('model_call.completed'),
    costNanos: 70_000 * times('model_call.completed'),
    jobs: 1,
    finished: 1,
  })
})

function tracer() {
  const commits: Commit[] = []
  const emitted: RunSpans[] = []
  const counted: string[] = []
  const followed = new JobTracer({
    content: { isCaptured: false },
    emit: (run, isNew) => {
      emitted.push(run)
      if (isNew) counted.push(...run.spans.map(({ spanId }) => spanId))
    },
    onFailure: (error) => {
      throw error
    },
  })
  const telemetry = counting()
  telemetry.committed = (commit) => {
    commits.push(commit)
  }
  return { followed, commits, telemetry, emitted, counted }
}

test('a job that needs nothing more is forgotten, also where its end comes while its journal is read', async () => {
  const { executor, submit } = execution(agent)
  const { followed, commits, telemetry, emitted } = tracer()
  await executor(model, [agent], { telemetry }).execute(await submit(), NEVER)
  for (const commit of commits) followed.committed(commit)
  expect(followed.size).toBe(0)
  const spans = emitted.flatMap((run) => run.spans).map(({ spanId }) => spanId)
  expect(new Set(spans).size).toBe(spans.length)
  // The first that is heard of is not the first of the journal.
  for (const commit of commits.slice(1)) followed.committed(commit)
  expect(followed.size).toBe(1)
  await followed.settled()
  expect(followed.size).toBe(0)
})

test('the spans of a process count, also where a journal is read before the save of the last event returns', async () => {
  const { executor, submit } = execution(agent)
  const [early, late, swapped] = [tracer(), tracer(), tracer()]
  const { commits, telemetry } = early
  await executor(model, [agent], { telemetry }).execute(await submit(), NEVER)
  for (const commit of commits) early.followed.committed(commit)
  // It does not know the first commit, so it reads the journal, which is whole by now.
  for (const commit of commits.slice(1)) {
    late.followed.committed(commit)
    await late.followed.settled()
  }
  // Saves of two writers may return in another order than they were kept in.
  for (const commit of commits.slice(1).reverse()) swapped.followed.committed(commit)
  await swapped.followed.settled()
  expect(early.counted).toHaveLength(9)
  expect(late.counted).toEqual(early.counted)
  expect(swapped.counted).toEqual(early.counted)
})

test('what is kept of a job is not its input, unless content is captured', () => {
  const { job } = submitted({ input: 'a text of a megabyte' })
  expect(JSON.stringify(submittedJobOf(job, { isCaptured: false }))).not.toContain('megabyte')
  expect(submittedJobOf(job, { isCaptured: true }).input).toBe(job.input)
  expect(submittedJobOf(job, { isCaptured: true })).not.toHaveProperty('writes')
})
