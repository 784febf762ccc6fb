import { describe, expect, test } from 'vitest'
import { about } from '#application/job/log-fields.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { LIMIT_MS, deaf, inCalls, pass, resultsOf } from '#test/support/deaf-tools.ts'
import { NEVER } from '#test/support/execution.ts'
import { T0, TILL, after } from '#test/support/fixtures.ts'
import { ListedModel } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'

const shared = { alone: false, leaseMs: 30_000 }

describe('a canceled job', () => {
  test('is running until a tool that ignores its signal has returned, and has its result', async () => {
    const send = deaf('send')
    const { world, id, running, cancel } = await inCalls([send])
    expect(await cancel()).toMatchObject({ status: 'running', cancelRequestedAt: T0 })
    expect((await send.begun).signal.aborted).toBe(true)
    await pass(world, 2000)
    expect(await cancel()).toMatchObject({ status: 'running', cancelRequestedAt: T0 })
    send.resolve('sent')
    await running
    expect(await world.job(id)).toMatchObject({ status: 'canceled', finishedAt: T0 + 2000, unknownCalls: [] })
    expect(await resultsOf(world, id)).toEqual([{ callId: 'send', name: 'send', isError: false, output: 'sent' }])
    expect(world.clock.nextAt()).toBeNull()
  })

  test.each(['once', 'idempotent', 'read'] as const)(
    'waits for no %s tool for longer than the limit',
    async (effect) => {
      const { world, id, running, cancel } = await inCalls([deaf('send', { effect })])
      await cancel()
      await pass(world, LIMIT_MS - 1)
      expect((await world.job(id)).status).toBe('running')
      await pass(world, 1)
      await running
      const unknown = { callId: 'send', name: 'send', input: {}, startedAt: T0 }
      const unknownCalls = effect === 'once' ? [unknown] : []
      expect(await world.job(id)).toMatchObject({ status: 'canceled', finishedAt: T0 + LIMIT_MS, unknownCalls })
      const fields = { ...about(await world.job(id)), callIds: ['send'] }
      expect(world.logger.lines[0]).toEqual({
        level: 'warn',
        message: 'Tools still run after their signal aborted.',
        fields,
      })
    },
  )

  test('does not know the outcome of a tool that was told to stop and threw', async () => {
    const send = deaf('send')
    const { world, id, running, cancel } = await inCalls([send])
    await cancel()
    send.reject(new Error('The connection was closed.'))
    await running
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [{ callId: 'send' }] })
  })

  test('knows each of several parallel calls for itself', async () => {
    const [sent, never, read] = [deaf('sent'), deaf('never'), deaf('look', { effect: 'read' })]
    const { world, id, running, cancel } = await inCalls([sent, never, read])
    await cancel()
    sent.resolve(1)
    await pass(world, 1000)
    // Durable at once, although the job goes on stopping.
    expect(await resultsOf(world, id)).toMatchObject([{ callId: 'sent' }])
    await pass(world, LIMIT_MS)
    await running
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [{ callId: 'never' }] })
  })

  test('has the result that a refused write had brought', async () => {
    const [send, slow] = [deaf('send'), deaf('slow', { effect: 'read' })]
    const { world, id, running } = await inCalls([send, slow])
    // By another server: this one hears of it at its next write, which is that of the result.
    const elsewhere = { interrupt: () => undefined }
    const cancelJob = new CancelJob({ jobs: world.store, clock: world.clock, executions: elsewhere })
    await cancelJob.execute({ tenantId: 'acme', by: TILL, jobId: id })
    send.resolve('sent')
    await world.clock.advance(0)
    expect(await resultsOf(world, id)).toMatchObject([{ callId: 'send', output: 'sent' }])
    slow.resolve(null)
    await running
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [] })
    expect(await resultsOf(world, id)).toHaveLength(2)
  })

  test('keeps its lease while it stops: no other server confirms the cancel', async () => {
    const send = deaf('send')
    const { world, id, running, cancel } = await inCalls([send], shared)
    await pass(world, 9000)
    await cancel()
    const other = world.executor(new ListedModel(), undefined, shared)
    await pass(world, 29_000)
    await other.execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'running', lease: { expiresAt: T0 + 59_000 } })
    send.resolve('sent')
    await running
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [] })
    expect(world.clock.nextAt()).toBeNull()
  })
})

test('a job whose deadline passes has the result of a tool that returns late, and knows no outcome after the limit', async () => {
  for (const late of [true, false]) {
    const send = deaf('send', { timeoutMs: 100_000_000 })
    const { world, id, running } = await inCalls([send])
    await pass(world, 86_400_000)
    expect((await world.job(id)).status).toBe('running')
    if (late) send.resolve('sent')
    await pass(world, LIMIT_MS)
    await running
    const unknownCalls = late ? [] : [{ callId: 'send' }]
    expect(await world.job(id)).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' }, unknownCalls })
    expect(await resultsOf(world, id)).toHaveLength(late ? 1 : 0)
  }
})

test('a job whose deadline passes waits for a tool that only reads, too', async () => {
  const { world, id, running } = await inCalls([deaf('look', { effect: 'read', timeoutMs: 100_000_000 })])
  await pass(world, 86_400_000)
  await pass(world, LIMIT_MS - 1)
  expect((await world.job(id)).status).toBe('running')
  await pass(world, 1)
  await running
  expect(await world.job(id)).toMatchObject({ status: 'failed', unknownCalls: [] })
})

test('a write of another executor is no cancel: the attempt ends, and the job goes on', async () => {
  const send = deaf('send')
  const { world, id, running } = await inCalls([send], shared)
  const state = await world.store.load(id)
  if (!state) throw new Error('The job is lost.')
  const renewed = { type: 'lease.renewed', at: T0 } as const
  await world.store.save(after(state, [renewed]), [renewed])
  send.resolve('sent')
  await running
  expect(await world.job(id)).toMatchObject({ status: 'running', cancelRequestedAt: null })
})

describe('a tool whose time is up', () => {
  const SEEN =
    'The tool "send" did not finish within 60 s. It may or may not have taken effect, or may still do so: find out before you call it again.'

  test.each([
    {
      name: 'still returns a result that counts',
      end: (send: ReturnType<typeof deaf>) => {
        send.resolve('sent')
      },
      result: { isError: false, output: 'sent' },
    },
    {
      name: 'throws because of that',
      end: (send: ReturnType<typeof deaf>) => {
        send.reject(new Error('aborted'))
      },
      result: { isError: true, output: SEEN },
    },
    {
      name: 'runs on: the model reads of it after the limit',
      end: () => undefined,
      result: { isError: true, output: SEEN },
    },
  ])('$name', async ({ end, result }) => {
    const send = deaf('send')
    const { world, id, running, model } = await inCalls([send])
    await pass(world, 60_000)
    expect((await send.begun).signal.aborted).toBe(true)
    expect(model.requests).toHaveLength(1)
    end(send)
    await pass(world, LIMIT_MS)
    await running
    expect(await world.job(id)).toMatchObject({ status: 'completed' })
    expect(await resultsOf(world, id)).toMatchObject([result])
  })

  test('is left at once when it only reads', async () => {
    const { world, id, running } = await inCalls([deaf('look', { effect: 'read' })])
    await pass(world, 60_000)
    await running
    expect(await world.job(id)).toMatchObject({ status: 'completed', finishedAt: T0 + 60_000 })
  })
})

describe('a process that stops while a tool runs', () => {
  test('lets go when the tool has returned, with its result', async () => {
    const send = deaf('send')
    const { world, id, running, stop } = await inCalls([send])
    stop.abort()
    await pass(world, 1000)
    expect((await world.job(id)).status).toBe('running')
    send.resolve('sent')
    await running
    expect((await world.job(id)).status).toBe('queued')
    expect(await resultsOf(world, id)).toHaveLength(1)
  })

  /** The process was to stop while a `once` call ran, and has kept the job; its lease has ended since. */
  async function kept(send = deaf('send')) {
    const scene = await inCalls([send], shared)
    scene.stop.abort()
    await pass(scene.world, 5000)
    await scene.running
    expect(await scene.world.job(scene.id)).toMatchObject({ status: 'running' })
    await pass(scene.world, 60_000)
    return { ...scene, send }
  }

  test('does not let go of a call that must not happen twice and still runs: the next attempt waits to be told', async () => {
    const { world, id, executor, send } = await kept()
    const next = executor.execute(id, NEVER)
    await pass(world, LIMIT_MS)
    await next
    expect(await world.job(id)).toMatchObject({ status: 'waiting', wait: { reason: 'outcome_unknown' } })
    expect(send.runs()).toBe(1)
  })

  test('is asked by no probe of its own about a call that still runs in it', async () => {
    const probe = counter('probe')
    const { world, id, executor, send } = await kept(
      deaf('send', { probe: () => ({ happened: false, output: probe.runs() }) }),
    )
    const next = executor.execute(id, NEVER)
    await pass(world, LIMIT_MS)
    await next
    expect(await world.job(id)).toMatchObject({ status: 'waiting', wait: { calls: [{ callId: 'send' }] } })
    expect(send.runs()).toBe(1)
  })
})
