import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0, TILL, after } from '#test/support/fixtures.ts'
import { ListedModel, answer, hangingModel } from '#test/support/script.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })

describe('an executor that shares its store', () => {
  const shared = { alone: false, leaseMs: 30_000 }

  test('renews its lease during a long call', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const asked = Promise.withResolvers<undefined>()
    const reply = Promise.withResolvers<ReturnType<typeof answer>>()
    const model = new ListedModel(() => {
      asked.resolve(undefined)
      return reply.promise
    })
    const running = world.executor(model, undefined, shared).execute(id, NEVER)
    await asked.promise
    await world.clock.advance(95_000)
    expect(await world.job(id)).toMatchObject({ status: 'running', lease: { expiresAt: T0 + 120_000 } })
    const other = new ListedModel()
    await world.executor(other, undefined, shared).execute(id, NEVER)
    expect(other.requests).toHaveLength(0)
    reply.resolve(answer('Hej!'))
    await running
    expect(await world.job(id)).toMatchObject({ status: 'completed', attempt: 1 })
    // Nothing of the attempt is left: no heartbeat, no guard, no deadline.
    expect(world.clock.nextAt()).toBeNull()
  })

  test('counts a renewal from when it was asked for, as the others do, however long it took to be stored', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const { model, asked } = hangingModel()
    void world.executor(model, undefined, shared).execute(id, NEVER)
    const signal = await asked
    const save = world.store.save.bind(world.store)
    world.store.save = async (state, events) => {
      world.store.save = () => new Promise(() => undefined)
      await new Promise<void>((resolve) => world.clock.after(9000, resolve))
      await save(state, events)
    }
    await world.clock.advance(39_999)
    expect([signal.aborted, (await world.job(id)).version]).toEqual([false, 4])
    await world.clock.advance(1)
    expect(signal.aborted).toBe(true)
  })

  test('that has lost its lease stops within one heartbeat: its call is aborted and its answer refused', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const { model, asked } = hangingModel()
    const slow = world.executor(model, undefined, shared).execute(id, NEVER)
    const signal = await asked
    // Alone in its view, as after a partition: it takes the job over.
    await world.executor(new ListedModel(answer('From the second.'))).execute(id, NEVER)
    await world.clock.advance(10_000)
    await slow
    expect(signal.aborted).toBe(true)
    expect(await world.job(id)).toMatchObject({
      status: 'completed',
      attempt: 2,
      report: { output: 'From the second.' },
    })
  })

  test('that is known to be dead loses its job at once, and one that may live only with its lease', async () => {
    const world = execution(writer)
    const disk = new DispatchDisk()
    const id = await world.submit()
    const asked = Promise.withResolvers<undefined>()
    const silent = new ListedModel(() => {
      asked.resolve(undefined)
      return new Promise(() => undefined)
    })
    const first = { ...shared, id: 'exec_first' }
    void world.executor(silent, undefined, { ...first, log: disk.open(first.id) }).execute(id, NEVER)
    await asked.promise
    const model = new ListedModel(answer('Hej!'))
    const second = world.executor(model, undefined, { ...shared, id: 'exec_second', log: disk.open('exec_second') })
    expect(await second.isLeftBehind(id)).toBe(false)
    await second.execute(id, NEVER)
    expect(model.requests).toHaveLength(0)
    disk.die(first.id)
    expect(await second.isLeftBehind(id)).toBe(true)
    await second.execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'completed', attempt: 2 })
  })

  describe.each([
    ['is right', 0],
    ['was set on by an hour', 3_600_000],
    ['was set back by an hour', -3_600_000],
  ])('whose wall clock %s', (_how, ms) => {
    test('takes a job over when it has seen the lease unchanged for its whole length, and not before', async () => {
      const world = execution(writer)
      const id = await world.submit()
      const asked = Promise.withResolvers<undefined>()
      const silent = new ListedModel(() => {
        asked.resolve(undefined)
        return new Promise(() => undefined)
      })
      // As if dead: one that takes itself for alone renews no lease.
      void world.executor(silent, undefined, { ...shared, alone: true }).execute(id, NEVER)
      await asked.promise
      const model = new ListedModel(answer('Hej!'))
      const second = world.executor(model, undefined, shared)
      const lease = { jobId: id, version: 1, expiresAt: T0 + 30_000 }
      world.clock.step(ms)
      await second.execute(id, NEVER)
      second.observeLeases([lease])
      await world.clock.advance(29_999)
      expect([...second.observeLeases([lease])]).toEqual([])
      await second.execute(id, NEVER)
      expect(model.requests).toHaveLength(0)
      await world.clock.advance(1)
      expect([...second.observeLeases([lease])]).toEqual([id])
      await second.execute(id, NEVER)
      expect(await world.job(id)).toMatchObject({ status: 'completed', attempt: 2 })
    })
  })

  test('watches a lease anew when it was renewed, even with the same end, or was gone in between', async () => {
    const world = execution(writer)
    const executor = world.executor(new ListedModel(), undefined, shared)
    const lease = { jobId: 'job_1', version: 1, expiresAt: T0 + 30_000 }
    for (const between of [[{ ...lease, version: 2 }], [{ ...lease, expiresAt: T0 + 40_000 }], []]) {
      executor.observeLeases([lease])
      await world.clock.advance(30_000)
      executor.observeLeases(between)
      expect([...executor.observeLeases([lease])]).toEqual([])
    }
  })

  test('is stopped by a notice only where the journal says that somebody wants the job stopped', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const { model, asked } = hangingModel()
    const executor = world.executor(model, undefined, shared)
    const running = executor.execute(id, NEVER)
    const signal = await asked
    await executor.stopIfCanceled(id)
    expect(signal.aborted).toBe(false)
    const state = await world.store.load(id)
    if (!state) throw new Error('The job is lost.')
    const request = [{ type: 'job.cancel_requested', at: T0, by: TILL }] as const
    await world.store.save(after(state, request), request)
    await executor.stopIfCanceled(id)
    expect(signal.aborted).toBe(true)
    await running
    expect(await world.job(id)).toMatchObject({ status: 'canceled', attempt: 1 })
  })
})
