import { describe, expect, test } from 'vitest'
import { fitResult } from '#application/agent/fit-result.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { startTurn } from '#domain/agent/turn.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { jsonBytes } from '#domain/json/json.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0, submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks, hangingModel } from '#test/support/script.ts'
import { counter, tool } from '#test/support/tools.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
describe('what no job may exceed', () => {
  test('its deadline, in the middle of a call', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const { model, asked } = hangingModel()
    const running = world
      .executor(model, [defineAgent({ name: 'writer', instructions: '', modelTimeoutMs: 1e9 })])
      .execute(id, NEVER)
    const signal = await asked
    await world.clock.advance(86_400_000)
    await running
    expect(signal.aborted).toBe(true)
    expect(await world.job(id)).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } })
  })

  test('its deadline, while it waits', async () => {
    const world = execution(writer)
    const id = await world.submit()
    await world.clock.advance(86_400_000)
    const model = new ListedModel()
    await world.executor(model).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } })
    expect(model.requests).toHaveLength(0)
  })

  test('deaths with progress between them, and stops of its own accord, are not counted', async () => {
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [counter('lookup').tool] }), {
      ...DEFAULT_LIMITS,
      maxStrikes: 1,
    })
    const id = await world.submit()
    for (let n = 0; n < 3; n++) {
      const stop = new AbortController()
      const model = new ListedModel(() => {
        stop.abort()
        return new Promise(() => undefined)
      })
      await world.executor(model).execute(id, stop.signal)
    }
    await world.executor(new ListedModel(asks({ id: 'a', name: 'lookup' }), answer('Hej!'))).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({
      status: 'completed',
      attempt: 4,
      receipt: { modelCalls: 5, wastedModelCalls: 3 },
    })
  })

  test('its attempts in an hour', async () => {
    const world = execution(writer, { ...DEFAULT_LIMITS, maxAttemptsPerHour: 3 })
    const id = await world.submit()
    const stopped = () => {
      const stop = new AbortController()
      stop.abort()
      return stop.signal
    }
    for (let n = 0; n < 3; n++) await world.executor(new ListedModel()).execute(id, stopped())
    await world.executor(new ListedModel()).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'failed', attempt: 3, error: { code: 'limit_exceeded' } })
  })

  test('its model calls', async () => {
    const world = execution(
      defineAgent({ name: 'writer', instructions: '', maxIterations: 50, tools: [counter('lookup').tool] }),
      {
        ...DEFAULT_LIMITS,
        maxModelCalls: 2,
      },
    )
    const id = await world.submit()
    const model = new ListedModel(asks({ id: 'a', name: 'lookup' }), asks({ id: 'b', name: 'lookup' }))
    await world.executor(model).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({
      status: 'failed',
      error: { code: 'limit_exceeded' },
      receipt: { modelCalls: 2 },
    })
  })

  test('the size of a tool result: the model is told, and the turn goes on', async () => {
    const huge = tool('huge', () => 'ö'.repeat(200_000))
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [huge] }))
    const id = await world.submit()
    const model = new ListedModel(asks({ id: 'a', name: 'huge' }), answer('Too much.'))
    await world.executor(model).execute(id, NEVER)
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      results: [
        {
          isError: false,
          output: expect.stringContaining('its result has 400002 bytes and only 262144 can be kept') as unknown,
        },
      ],
    })
    expect((await world.job(id)).status).toBe('completed')
  })

  test('the size of its transcript: no row grows beyond what a Durable Object can hold', async () => {
    const large = tool('large', () => 'x'.repeat(250_000))
    const world = execution(defineAgent({ name: 'writer', instructions: '', maxIterations: 50, tools: [large] }))
    const id = await world.submit()
    const endless = Array.from({ length: 12 }, (_, n) =>
      asks({ id: `${String(n)}a`, name: 'large' }, { id: `${String(n)}b`, name: 'large' }),
    )
    await world.executor(new ListedModel(...endless)).execute(id, NEVER)
    const job = await world.job(id)
    for (const { event } of await world.store.events(id, 0))
      expect(JSON.stringify(event).length).toBeLessThan(2_000_000)
    expect(JSON.stringify(job).length).toBeLessThan(2_000_000)
  })

  test('the bytes of its transcript, to the last one', async () => {
    const agent = defineAgent({ name: 'writer', instructions: '', tools: [counter('lookup').tool] })
    const run = async (maxTranscriptBytes: number) => {
      const world = execution(agent, { ...DEFAULT_LIMITS, maxTranscriptBytes })
      const id = await world.submit()
      await world.executor(new ListedModel(asks({ id: 'a', name: 'lookup' }), answer('Hej!'))).execute(id, NEVER)
      return { job: await world.job(id), turn: (await world.store.load(id))?.turn }
    }
    const { turn } = await run(DEFAULT_LIMITS.maxTranscriptBytes)
    const bytes = (turn?.bytes ?? 0) - jsonBytes(turn?.messages.at(-1) ?? null)
    expect((await run(bytes)).job.status).toBe('completed')
    expect((await run(bytes - 1)).job).toMatchObject({ status: 'failed', error: { code: 'limit_exceeded' } })
  })

  test('the bytes of one tool result, to the last one, and what is left of the transcript', () => {
    const result = { callId: 'a', name: 'lookup', isError: false, output: 'x'.repeat(98) }
    const fits = (maxToolResultBytes: number, left: number) => {
      const limits = { ...DEFAULT_LIMITS, maxToolResultBytes, maxTranscriptBytes: 1000 }
      return fitResult(result, { ...startTurn('', []), bytes: 1000 - left }, limits) === result
    }
    expect([fits(100, 900), fits(99, 900), fits(100, 100), fits(100, 99)]).toEqual([true, false, true, false])
  })

  test.each(['x'.repeat(1_600_000), 'ö'.repeat(800_000), '"'.repeat(800_000)])(
    'the size of one answer, as it is stored',
    async (text) => {
      const world = execution(writer)
      const id = await world.submit()
      const model = new ListedModel(answer(text))
      await world.executor(model).execute(id, NEVER)
      expect(await world.job(id)).toMatchObject({ status: 'failed', receipt: { modelCalls: 1, failedModelCalls: 1 } })
      const failed = (await world.store.events(id, 0)).find(({ event }) => event.type === 'model_call.failed')
      const message = "The model's answer has 1600056 bytes, more than the 1600000 that can be kept."
      expect(failed?.event).toMatchObject({ message, usage: { outputTokens: 5 } })
      expect(model.requests).toHaveLength(1)
    },
  )

  test('an answer that just fits in, and an input of a whole request, are no limit', async () => {
    const world = execution(writer)
    const { job, event } = submitted({ agent: writer.name, input: Array.from({ length: 340_000 }, () => '') })
    await world.store.create(job, event)
    await world.executor(new ListedModel(answer('x'.repeat(1_599_944)))).execute(job.id, NEVER)
    expect((await world.job(job.id)).status).toBe('completed')
  })

  test('a slice of time: it lets go between two calls and is due again at once', async () => {
    const slow = tool('slow', async () => {
      await world.clock.advance(60_000)
      return 1
    })
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [slow] }))
    const id = await world.submit()
    await world
      .executor(new ListedModel(asks({ id: 'a', name: 'slow' })), undefined, { sliceMs: 30_000 })
      .execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'queued', strikes: 0, runAt: T0 + 60_000 })
    await world.executor(new ListedModel(answer('Hej!'))).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'completed', attempt: 2, receipt: { wastedModelCalls: 0 } })
  })
})
