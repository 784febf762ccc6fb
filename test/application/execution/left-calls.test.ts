import { describe, expect, test } from 'vitest'
import { RunningCalls } from '#application/agent/running-calls.ts'
import type { Effect } from '#domain/agent/tool.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { LIMIT_MS, deaf, inCalls, pass, resultsOf } from '#test/support/deaf-tools.ts'
import { NEVER } from '#test/support/execution.ts'
import { ListedModel } from '#test/support/script.ts'

const LEASE_MS = 30_000
const shared = { alone: false, leaseMs: LEASE_MS }
const DEADLINE_MS = 86_400_000

/** A call that runs in a process whose attempt has ended without it: the store was away when another call's result was to be saved. */
async function left(effect: Effect = 'once') {
  const [quick, send] = [deaf('quick'), deaf('send', { effect, timeoutMs: 100_000_000 })]
  const scene = await inCalls([quick, send], shared)
  const { store, clock } = scene.world
  store.crashAt(store.commits + 1, 'before')
  quick.resolve('quick')
  await expect(scene.running).rejects.toThrow(Crash)
  store.restart()
  expect((await send.begun).signal.aborted).toBe(true)
  const wake = () => scene.executor.execute(scene.id, NEVER)
  await clock.advance(LEASE_MS)
  return { ...scene, send, wake }
}

describe('a call that the attempt before has left running in this process', () => {
  test.each(['once', 'idempotent', 'read'] as const)(
    '(%s) is waited for before its job is canceled',
    async (effect) => {
      const { world, id, send, cancel, wake } = await left(effect)
      expect(await cancel()).toMatchObject({ status: 'running' })
      const ending = wake()
      await pass(world, LIMIT_MS - 1)
      expect((await world.job(id)).status).toBe('running')
      send.resolve('sent')
      await ending
      expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [{ callId: 'quick' }] })
      expect(await resultsOf(world, id)).toMatchObject([{ callId: 'send', output: 'sent' }])
      expect(world.clock.nextAt()).toBeNull()
    },
  )

  test('is of unknown outcome when it runs on after the limit', async () => {
    const { world, id, cancel, wake } = await left()
    await cancel()
    const ending = wake()
    await pass(world, LIMIT_MS)
    await ending
    const unknownCalls = [{ callId: 'quick' }, { callId: 'send' }]
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls })
  })

  test.each(['once', 'read'] as const)('(%s) is waited for before its job fails at its deadline', async (effect) => {
    const { world, id, send, wake } = await left(effect)
    await world.clock.advance(DEADLINE_MS)
    const ending = wake()
    await pass(world, LIMIT_MS - 1)
    expect((await world.job(id)).status).toBe('running')
    send.resolve('sent')
    await ending
    expect(await world.job(id)).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } })
    expect(await resultsOf(world, id)).toMatchObject([{ callId: 'send', output: 'sent' }])
  })

  test.each(['once', 'idempotent'] as const)(
    '(%s) is not made again: the next attempt has its result',
    async (effect) => {
      const { world, id, send, wake } = await left(effect)
      const next = wake()
      await pass(world, 1000)
      send.resolve('sent')
      await next
      expect(await resultsOf(world, id)).toMatchObject([{ callId: 'send', output: 'sent' }])
      expect(send.runs()).toBe(1)
    },
  )

  test('is not waited for when it only reads and the job goes on', async () => {
    const { world, id, send, wake } = await left('read')
    const next = wake()
    await world.clock.advance(0)
    expect(send.runs()).toBe(2)
    send.resolve('seen')
    await next
    expect(await world.job(id)).toMatchObject({ status: 'waiting', wait: { calls: [{ callId: 'quick' }] } })
  })

  test('keeps its job from other executors for as long as it is waited for', async () => {
    const { world, id, send, cancel, wake } = await left()
    await cancel()
    const other = world.executor(new ListedModel(), undefined, shared)
    const observe = async () => {
      const job = await world.job(id)
      if (job.status !== 'running') throw new Error('The job is not held.')
      return [...other.observeLeases([{ jobId: id, version: job.version, expiresAt: job.lease.expiresAt }])]
    }
    await observe()
    await world.clock.advance(LEASE_MS - 1)
    const ending = wake()
    await pass(world, 1)
    // Renewed before anything is waited for, and from then on.
    expect(await observe()).toEqual([])
    await world.clock.advance(LEASE_MS - 2)
    expect(await observe()).toEqual([])
    await other.execute(id, NEVER)
    expect((await world.job(id)).status).toBe('running')
    send.resolve('sent')
    await ending
    expect(await world.job(id)).toMatchObject({ status: 'canceled' })
  })
  test('is left to an executor that takes its job over meanwhile', async () => {
    const { world, id, cancel, wake, running } = await left()
    await cancel()
    const ending = wake()
    await world.clock.advance(0)
    // Alone in its view, as after a partition.
    await world.executor(new ListedModel()).execute(id, NEVER)
    const before = await world.eventTypes(id)
    await world.clock.advance(LEASE_MS / 3)
    await ending
    await running.catch(() => undefined)
    expect(await world.eventTypes(id)).toEqual(before)
    expect(world.clock.nextAt()).toBeNull()
  })
})

test('no call that has returned is remembered, however its attempt ended', async () => {
  const running = new RunningCalls()
  const ends = ['answered', 'threw', 'timed out', 'canceled', 'left'] as const
  for (const end of ends) {
    const send = deaf('send')
    const { world, running: attempt, cancel, stop } = await inCalls([send], { ...shared, running })
    expect(running.size).toBe(1)
    if (end === 'timed out') await pass(world, 60_000)
    if (end === 'canceled') await cancel()
    if (end === 'left') stop.abort()
    if (end !== 'answered' && end !== 'threw') await pass(world, LIMIT_MS)
    else if (end === 'threw') send.reject(new Error('Broken.'))
    if (end !== 'threw') send.resolve('sent')
    await attempt
    await world.clock.advance(0)
    expect([end, running.size]).toEqual([end, 0])
  }
})
