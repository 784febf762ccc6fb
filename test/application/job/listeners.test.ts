import { expect, test } from 'vitest'
import { RunSync } from '#application/agent/run-sync.ts'
import { WaitForJob } from '#application/job/wait-for-job.ts'
import { WatchJob } from '#application/job/watch-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { ModelError } from '#domain/model/errors.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { countedSignal } from '#test/support/counted-signal.ts'
import { type Execution, execution } from '#test/support/execution.ts'
import { TILL } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ANY_TENANT } from '#test/support/tenants.ts'
import { counter, tool } from '#test/support/tools.ts'
import { PRICES } from '#test/support/prices.ts'
import { UNCOUNTED } from '#test/support/uncounted.ts'

const writer = defineAgent({
  name: 'writer',
  instructions: '',
  tools: [
    counter('lookup').tool,
    tool('broken', () => {
      throw new Error('Broken.')
    }),
  ],
})

/** One call alone, two at once, one that throws, an answer. */
const turn = () =>
  new ListedModel(
    asks({ id: 'a', name: 'lookup' }),
    asks({ id: 'b', name: 'lookup' }, { id: 'c', name: 'lookup' }),
    asks({ id: 'd', name: 'broken' }),
    answer('Done.'),
  )

const failing = () => new ListedModel(new ModelError('No.', { retryable: false }))

type Use = (signal: AbortSignal, world: Execution) => Promise<unknown>

/** All that may be done any number of times under one signal. */
const USES: Readonly<Record<string, Use>> = {
  'a job that completes': async (signal, { submit, executor }) => executor(turn()).execute(await submit(), signal),
  'a job of an executor that shares its store': async (signal, { submit, executor }) =>
    executor(turn(), undefined, { alone: false, leaseMs: 30_000 }).execute(await submit(), signal),
  'a job that fails': async (signal, { submit, executor }) => executor(failing()).execute(await submit(), signal),
  'a run that completes': async (signal, world) => runSync(world, turn())(signal),
  'a run that fails': async (signal, world) => {
    await expect(runSync(world, failing())(signal)).rejects.toThrow('No.')
  },
  'a watch to the end': async (signal, world) => {
    const id = await finished(world)
    for await (const seen of await watch(world, id, signal)) expect(seen).toBeDefined()
  },
  'a watch that is left early': async (signal, world) => {
    for await (const seen of await watch(world, await finished(world), signal)) {
      expect(seen).toBeDefined()
      break
    }
  },
  'a watch of no job': async (signal, world) => {
    await expect(watch(world, 'job_none', signal)).rejects.toThrow()
  },
  'a wait to the end': async (signal, world) => wait(world, await finished(world), signal),
  'a wait whose time is up': async (signal, world) => {
    const waiting = wait(world, await world.submit(), signal)
    await world.clock.advance(1000)
    await waiting
  },
  'a wait for no job': async (signal, world) => {
    await expect(wait(world, 'job_none', signal)).rejects.toThrow()
  },
}

async function finished({ submit, executor }: Execution): Promise<string> {
  const id = await submit()
  await executor(turn()).execute(id, new AbortController().signal)
  return id
}

function watch({ store, feed, clock }: Execution, jobId: string, signal: AbortSignal) {
  return new WatchJob({ jobs: store, feed, clock }).execute({ tenantId: 'acme', jobId, after: 0, signal })
}

function wait({ store, feed, clock }: Execution, jobId: string, signal: AbortSignal) {
  return new WaitForJob({ jobs: store, feed, clock }).execute({ tenantId: 'acme', jobId, waitMs: 1000, signal })
}

function runSync({ clock }: Execution, models: ListedModel) {
  const run = new RunSync({
    tenants: ANY_TENANT,
    agents: new AgentRegistry([writer]),
    models,
    clock,
    defaultModel: 'scripted/test',
    prices: PRICES,
    limits: DEFAULT_LIMITS,
    logger: silentLogger,
    countRuns: UNCOUNTED,
    ids: { newId: () => 'run_1' },
  })
  return (signal: AbortSignal) => run.execute({ tenantId: 'acme', by: TILL, agent: 'writer', input: 'hello', signal })
}

test.each(Object.entries(USES))('%s leaves no listener on a signal that outlives it', async (_name, use) => {
  const counted = countedSignal()
  const world = execution(writer)
  for (let time = 1; time <= 3; time++) await use(counted.signal, world)
  expect(counted.added()).toBeGreaterThan(0)
  expect(counted.listeners()).toBe(0)
})
