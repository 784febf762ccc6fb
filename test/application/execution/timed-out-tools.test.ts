import { describe, expect, test } from 'vitest'
import type { Effect } from '#domain/agent/tool.ts'
import { ModelError } from '#domain/model/errors.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import { LIMIT_MS, beforeCalls, deaf, inCalls, pass, resultsOf } from '#test/support/deaf-tools.ts'
import { NEVER } from '#test/support/execution.ts'
import { TILL } from '#test/support/fixtures.ts'
import type { ListedModel } from '#test/support/script.ts'
import { answer } from '#test/support/script.ts'
import { resolvingOn } from '#test/support/resolving.ts'

const TIMEOUT_MS = 60_000
const away = new ModelError('Not now.', { retryable: true })
const broken = new ModelError('Never.', { retryable: false })

/** The tool has run past its time and past its stop limit, and the model has been told so and asked what next. */
async function timedOut(next: ConstructorParameters<typeof ListedModel> = [answer('Done.')], effect: Effect = 'once') {
  const send = deaf('send', { effect })
  const scene = await inCalls([send], { next })
  await pass(scene.world, TIMEOUT_MS)
  await pass(scene.world, LIMIT_MS)
  const resolveCall = resolvingOn(scene.world)
  const key = { tenantId: 'acme', by: TILL, jobId: scene.id, call: 'send' }
  const resolve = (outcome: 'happened' | 'did_not_happen') =>
    resolveCall.execute({ ...key, resolution: outcome === 'happened' ? { outcome, result: null } : { outcome } })
  return { ...scene, send, resolve }
}

describe('a `once` call that runs on when its time and the stop limit are up', () => {
  test('is of unknown outcome when the waiting job is canceled, and the event says so', async () => {
    const { world, id, running, cancel } = await timedOut([away])
    await running
    expect(await world.job(id)).toMatchObject({ status: 'waiting', wait: { reason: 'retry' } })
    expect(await cancel()).toMatchObject({
      status: 'canceled',
      unknownCalls: [{ callId: 'send', name: 'send', input: {} }],
    })
    const [last] = (await world.store.events(id, 0)).slice(-1)
    expect(last?.event).toMatchObject({ type: 'job.canceled', unknownCalls: [{ callId: 'send', name: 'send' }] })
  })

  test('is of unknown outcome when the job fails', async () => {
    const { world, id, running } = await timedOut([broken])
    await running
    expect(await world.job(id)).toMatchObject({ status: 'failed', unknownCalls: [{ callId: 'send' }] })
    const [last] = (await world.store.events(id, 0)).slice(-1)
    expect(last?.event).toMatchObject({ type: 'job.failed', unknownCalls: [{ callId: 'send', name: 'send' }] })
  })

  test.each(['happened', 'did_not_happen'] as const)(
    'is resolved as %s after the end, and the transcript stays',
    async (outcome) => {
      const { world, id, running, resolve } = await timedOut([broken])
      await running
      expect(await resolve(outcome)).toMatchObject({ status: 'failed', unknownCalls: [] })
      expect(await world.job(id)).toMatchObject({ unknownCalls: [], receipt: { toolCalls: 1 } })
      const turn = (await world.store.load(id))?.turn
      expect(turn?.messages.at(-1)).toMatchObject({ role: 'tool', results: [{ callId: 'send', isError: true }] })
    },
  )

  test('holds up nothing: the model goes on, and a job that completes says no more of it', async () => {
    const { world, id, running } = await timedOut()
    await running
    const job = await world.job(id)
    expect(job).toMatchObject({ status: 'completed', receipt: { toolCalls: 1 } })
    expect(job).not.toHaveProperty('unknownCalls')
  })

  test('holds up no later attempt of a job that waited meanwhile', async () => {
    const { world, id, running, executor } = await timedOut([away, answer('Done.')])
    await running
    const waiting = await world.job(id)
    await world.clock.advance(nextWakeAt(waiting) - world.clock.now())
    const next = executor.execute(id, NEVER)
    await world.clock.advance(0)
    expect(await world.job(id)).toMatchObject({ status: 'completed' })
    await next
  })

  test('is waited for again when the running job is canceled, and what it then returns is known', async () => {
    const held = Promise.withResolvers<never>()
    const { world, id, running, cancel, send } = await timedOut([() => held.promise])
    expect(await cancel()).toMatchObject({ status: 'running' })
    await pass(world, LIMIT_MS - 1)
    expect((await world.job(id)).status).toBe('running')
    send.resolve('sent after all')
    await running
    expect(await world.job(id)).toMatchObject({ status: 'canceled', unknownCalls: [] })
    expect(await resultsOf(world, id)).toMatchObject([{ isError: true }, { isError: false, output: 'sent after all' }])
  })
})

test.each(['read', 'idempotent'] as const)(
  'a %s call that timed out may be repeated: no outcome of it is asked for',
  async (effect) => {
    const { world, id, running } = await timedOut([broken], effect)
    await running
    expect(await world.job(id)).toMatchObject({ status: 'failed', unknownCalls: [] })
  },
)

describe('a process that stops', () => {
  test('gives an idempotent call a moment to return, then lets go', async () => {
    const send = deaf('send', { effect: 'idempotent' })
    const { world, id, running, stop } = await inCalls([send])
    stop.abort()
    await pass(world, 4999)
    expect((await world.job(id)).status).toBe('running')
    await pass(world, 1)
    await running
    expect((await world.job(id)).status).toBe('queued')
  })

  test('leaves a call that only reads at once', async () => {
    const { world, id, running, stop } = await inCalls([deaf('look', { effect: 'read' })])
    stop.abort()
    await running
    expect((await world.job(id)).status).toBe('queued')
  })

  test('waits no longer than its setting says', async () => {
    const send = deaf('send')
    const { world, running, stop } = await inCalls([send], { limits: { toolStopMs: 1000 } })
    stop.abort()
    await pass(world, 1000)
    await running
    expect(world.logger.lines).toMatchObject([
      { level: 'warn', message: 'Tools still run after their signal aborted.' },
      {},
    ])
  })

  test('lets go of a call that it never made', async () => {
    const send = deaf('send')
    const stop = new AbortController()
    const { world, id, executor } = await beforeCalls([send])
    const save = world.store.save.bind(world.store)
    world.store.save = async (state, events) => {
      await save(state, events)
      if (events.some(({ type }) => type === 'tool_call.started')) stop.abort()
    }
    await executor.execute(id, stop.signal)
    expect(await world.job(id)).toMatchObject({ status: 'queued' })
    expect((await world.eventTypes(id)).slice(-2)).toEqual(['tool_call.reopened', 'attempt.released'])
    expect(send.runs()).toBe(0)
  })

  test('has the result of an idempotent call that returns in time, and it is not made again', async () => {
    const send = deaf('send', { effect: 'idempotent' })
    const { world, id, running, stop, executor } = await inCalls([send])
    stop.abort()
    send.resolve('sent')
    await running
    expect(await resultsOf(world, id)).toMatchObject([{ output: 'sent' }])
    await executor.execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'completed' })
    expect(send.runs()).toBe(1)
  })
})
