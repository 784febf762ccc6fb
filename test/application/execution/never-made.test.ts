import { describe, expect, test } from 'vitest'
import { CancelJob } from '#application/job/cancel-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { beforeCalls, deaf } from '#test/support/deaf-tools.ts'
import { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { TILL } from '#test/support/fixtures.ts'
import { ListedModel, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'

const DEADLINE_MS = 86_400_000

/** A process has died between the intents of an idempotent and a `once` call and the calls. */
async function died() {
  const [look, send] = [counter('look', { effect: 'idempotent' }), counter('send', { effect: 'once' })]
  const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [look.tool, send.tool] }))
  const disk = new DispatchDisk()
  const id = await world.submit()
  world.store.dieAfter('tool_call.started')
  const model = new ListedModel(asks({ id: 'look', name: 'look' }, { id: 'send', name: 'send' }))
  await expect(world.executor(model, undefined, { log: disk.open('exec_1') }).execute(id, NEVER)).rejects.toThrow(Crash)
  disk.die('exec_1')
  world.store.restart()
  const next = (log = disk.open('exec_2')) => world.executor(new ListedModel(), undefined, { log })
  return { world, id, next }
}

describe('a `once` call that was never made is none of unknown outcome', () => {
  test('when its job is canceled right before it', async () => {
    const send = deaf('send')
    const { world, id, executor, cancel } = await beforeCalls([send])
    const save = world.store.save.bind(world.store)
    world.store.save = async (state, events) => {
      await save(state, events)
      if (events.some(({ type }) => type === 'tool_call.started')) await cancel()
    }
    await executor.execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [] })
    expect((await world.eventTypes(id)).slice(-2)).toEqual(['tool_call.reopened', 'job.canceled'])
    expect(send.runs()).toBe(0)
  })

  test('when the executor that canceled the job is another one', async () => {
    const { world, id, next } = await died()
    const cancelJob = new CancelJob({
      jobs: world.store,
      clock: world.clock,
      executions: { interrupt: () => undefined },
    })
    await cancelJob.execute({ tenantId: 'acme', by: TILL, jobId: id })
    await next().execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [] })
  })

  test('when the executor that failed the job is another one', async () => {
    const { world, id, next } = await died()
    await world.clock.advance(DEADLINE_MS)
    await next().execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'failed', unknownCalls: [] })
  })
})

test('a queued job whose call was never made ends at its deadline, too', async () => {
  const { world, id, next } = await died()
  // On another machine, in a process that is to stop: it lets go, and cannot tell what was made.
  await next(new DispatchDisk().open('exec_2')).execute(id, AbortSignal.abort())
  expect(await world.job(id)).toMatchObject({ status: 'queued' })
  await world.clock.advance(DEADLINE_MS)
  await next().execute(id, NEVER)
  expect(await world.job(id)).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } })
})
