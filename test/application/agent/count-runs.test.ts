import { expect, test, vi } from 'vitest'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { MemoryUsageLedger } from '#adapters/testing/usage-ledger.ts'
import { CountRuns } from '#application/agent/count-runs.ts'
import { RunSync } from '#application/agent/run-sync.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { DAY_MS } from '#domain/time/duration.ts'
import type { Models } from '#ports/model.ts'
import type { UsageEntry } from '#ports/usage-ledger.ts'
import { NEVER } from '#test/support/execution.ts'
import { TILL } from '#test/support/fixtures.ts'
import { atOnce } from '#test/support/in-background.ts'
import { PRICES } from '#test/support/prices.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { ListedModel, answer, asks, hangingModel } from '#test/support/script.ts'
import { ANY_TENANT } from '#test/support/tenants.ts'
import { counter } from '#test/support/tools.ts'

const { tool: lookup } = counter('lookup')
const LOOKS = asks({ id: 'a', name: 'lookup' })
const agent = defineAgent({ name: 'writer', instructions: 'Write.', tools: [lookup] })

function scene(models: Models, add?: (entries: readonly UsageEntry[]) => Promise<void>) {
  const clock = new ManualClock()
  const logger = new RecordingLogger()
  const ledger = new MemoryUsageLedger()
  const missed: object[] = []
  const telemetry = { uncounted: (one: object) => missed.push(one) }
  const usage = add ? { add } : ledger
  const countRuns = new CountRuns({ usage, inBackground: atOnce, clock, logger, telemetry })
  const deps = { clock, logger, models, countRuns, tenants: ANY_TENANT, defaultModel: 'scripted/test', prices: PRICES }
  const ids = { newId: () => 'run_1' }
  const runSync = new RunSync({ ...deps, ids, limits: DEFAULT_LIMITS, agents: new AgentRegistry([agent]) })
  const run = (signal = NEVER) =>
    runSync.execute({ tenantId: 'acme', by: TILL, agent: 'writer', input: 'hello', signal })
  const counted = async () => {
    await countRuns.settled()
    const to = Math.floor(clock.now() / DAY_MS)
    return (await ledger.read({ tenantId: 'acme', from: to, to })).days
  }
  return { run, counted, countRuns, clock, logger, missed }
}

test('a run is counted with all of its calls, and costs what its report says', async () => {
  const { run, counted } = scene(new ListedModel(LOOKS, answer('Hej!')))
  const { cost, usage } = await run()
  expect(cost.nanos).toBe(140_000)
  expect(await counted()).toMatchObject([{ runs: 1, modelCalls: 2, ...usage, nanos: cost.nanos, runNanos: cost.nanos }])
})

test('a run that fails is counted with what was paid until then', async () => {
  const { run, counted } = scene(new ListedModel(LOOKS, new Error('Out of ink.')))
  await expect(run()).rejects.toThrow('Out of ink.')
  expect(await counted()).toMatchObject([{ runs: 1, modelCalls: 2, failedModelCalls: 1, runNanos: 70_000 }])
})

test('a run whose client hangs up is counted, and one whose time is up', async () => {
  for (const end of ['client', 'time'] as const) {
    const client = new AbortController()
    const { model, asked } = hangingModel()
    const [first, hanging] = [new ListedModel(LOOKS), model]
    const both: Models = {
      check: () => undefined,
      call: (request, options) => (first.requests.length === 0 ? first : hanging).call(request, options),
    }
    const { run, counted, clock } = scene(both)
    const running = expect(run(client.signal)).rejects.toThrow()
    await asked
    if (end === 'client') client.abort()
    else await clock.advance(DEFAULT_LIMITS.maxRunMs)
    await running
    expect(await counted()).toMatchObject([{ runs: 1, modelCalls: 2, runNanos: 70_000 }])
  }
})

test('a run that called no model adds nothing, and writes nothing', async () => {
  const add = vi.fn(() => Promise.resolve())
  const { run, countRuns } = scene(new ListedModel(), add)
  await expect(run(AbortSignal.abort())).rejects.toThrow()
  await countRuns.settled()
  expect(add).not.toHaveBeenCalled()
})

test('an answer waits for no write, and a process that ends waits for it, for five seconds', async () => {
  const writing = Promise.withResolvers<undefined>()
  let added = 0
  const { run, countRuns, clock, logger } = scene(new ListedModel(answer('Hej!'), answer('Hopp!')), () =>
    ++added === 1 ? Promise.resolve() : writing.promise,
  )
  await run()
  await countRuns.settled()
  await run()
  let isSettled = false
  const settled = countRuns.settled().then(() => (isSettled = true))
  await clock.advance(4999)
  expect(isSettled).toBe(false)
  await clock.advance(1)
  await settled
  expect(logger.lines).toMatchObject([{ level: 'error', fields: { runs: 1 } }])
  writing.resolve(undefined)
  await countRuns.settled()
  expect(clock.nextAt()).toBeNull()
})

test('a storage that is away fails no run: what is lost is logged, with its cost, and counted', async () => {
  const away = new StorageUnavailableError(new Error('The disk is full.'))
  const { run, countRuns, logger, missed } = scene(new ListedModel(answer('Hej!')), () => Promise.reject(away))
  expect(await run()).toMatchObject({ output: 'Hej!' })
  await countRuns.settled()
  const spent = [{ model: 'scripted/test', modelCalls: 1, inputTokens: 10, outputTokens: 5, costNanos: 70_000 }]
  expect(logger.lines).toMatchObject([
    { level: 'error', error: away, fields: { tenantId: 'acme', agent: 'writer', spent } },
  ])
  expect(missed).toMatchObject([{ tenantId: 'acme', agent: 'writer' }])
})
