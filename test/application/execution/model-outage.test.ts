import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { NO_USAGE, addUsage } from '#domain/agent/usage.ts'
import { ModelError } from '#domain/model/errors.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { retryDelayMs } from '#domain/job/retry.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0 } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const busy = new ModelError('Slow down.', { retryable: true, retryAfterMs: 7000 })

describe('a model that fails for now', () => {
  test('makes the job wait without lease or connection, as long as it was asked to and a random while more, and try again', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const model = new ListedModel(busy, answer('Hej!'))
    await world.executor(model).execute(id, NEVER)
    const waiting = await world.job(id)
    // Chance stands at a half in these tests, and the first backoff is up to a second.
    expect(waiting).toMatchObject({
      status: 'waiting',
      wait: { reason: 'retry', until: T0 + 7500, error: { code: 'model_failed', message: 'Slow down.' } },
    })
    expect(waiting).not.toHaveProperty('lease')
    expect(world.waker.armedAt(id)).toBe(T0 + 7500)

    await world.executor(model).execute(id, NEVER)
    expect(model.requests).toHaveLength(1)
    await world.clock.advance(7500)
    await world.executor(model).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({
      status: 'completed',
      receipt: { modelCalls: 2, failedModelCalls: 1, wastedModelCalls: 0 },
    })
  })

  test('for an hour fails the job, with its own words; neither the number of tries nor that of model calls ends it sooner', async () => {
    const world = execution(writer, { ...DEFAULT_LIMITS, maxModelCalls: 2 })
    const id = await world.submit()
    const model = new ListedModel(...Array.from({ length: 100 }, () => busy))
    for (;;) {
      await world.executor(model).execute(id, NEVER)
      const job = await world.job(id)
      if (job.status !== 'waiting' || job.wait.reason !== 'retry') break
      expect(world.clock.now() - T0).toBeLessThan(DEFAULT_LIMITS.modelOutageMs)
      const retryInSeconds = Math.ceil((job.wait.until - world.clock.now()) / 1000)
      const next = { status: 'waiting', code: 'model_failed', reason: 'Slow down.', retryInSeconds }
      expect(world.logger.lines.at(-1)).toMatchObject({ level: 'warn', message: 'An attempt has ended.', fields: next })
      await world.clock.advance(job.wait.until - world.clock.now())
    }
    expect(world.clock.now() - T0).toBeGreaterThanOrEqual(DEFAULT_LIMITS.modelOutageMs)
    expect(model.requests.length).toBeGreaterThan(20)
    const error = { code: 'model_failed', message: 'Slow down.' }
    expect(await world.job(id)).toMatchObject({ status: 'failed', error })
    const why = { status: 'failed', code: 'model_failed', reason: 'Slow down.' }
    expect(world.logger.lines.at(-1)).toMatchObject({ level: 'warn', message: 'An attempt has ended.', fields: why })
  })

  test('with answers that are paid for and of no use, fails the job after five', async () => {
    const usage = { ...NO_USAGE, inputTokens: 900, outputTokens: 1 }
    const useless = new ModelError('It is empty.', { retryable: true, usage })
    const world = execution(writer)
    const id = await world.submit()
    const model = new ListedModel(busy, ...Array.from({ length: 20 }, () => useless))
    for (;;) {
      await world.executor(model).execute(id, NEVER)
      const job = await world.job(id)
      if (job.status !== 'waiting' || job.wait.reason !== 'retry') break
      await world.clock.advance(job.wait.until - world.clock.now())
    }
    expect(model.requests).toHaveLength(6)
    const error = { code: 'model_failed', message: 'It is empty.' }
    expect(await world.job(id)).toMatchObject({ status: 'failed', error, receipt: { failedModelCalls: 6 } })
  })

  test('is counted anew after every answer', async () => {
    const lookup = counter('lookup').tool
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [lookup] }))
    const id = await world.submit()
    const model = new ListedModel(busy, asks({ id: 'a', name: 'lookup' }), busy, busy, answer('Hej!'))
    for (let n = 0; n < 4; n++) {
      await world.executor(model).execute(id, NEVER)
      await world.clock.advance(3_000_000)
    }
    expect((await world.job(id)).status).toBe('completed')
  })

  test.each([1e300, Number.POSITIVE_INFINITY, Number.NaN, -1e300, 31_536_000_000])(
    'and asks to wait %d ms is waited for no longer than an hour, nor beyond the deadline',
    async (retryAfterMs) => {
      const world = execution(writer)
      const id = await world.submit()
      const rude = new ModelError('Slow down.', { retryable: true, retryAfterMs })
      await world.executor(new ListedModel(rude)).execute(id, NEVER)
      const job = await world.job(id)
      if (job.status !== 'waiting' || job.wait.reason !== 'retry') throw new Error(`The job is ${job.status}.`)
      expect(job.wait.until).toBeGreaterThanOrEqual(T0)
      expect(job.wait.until).toBeLessThanOrEqual(T0 + 3_600_000)

      await world.clock.advance(86_400_000 - 1000)
      await world.executor(new ListedModel(rude), undefined, {}).execute(id, NEVER)
      const late = await world.job(id)
      expect(late.status === 'waiting' && late.wait.reason === 'retry' ? late.wait.until : 0).toBeLessThanOrEqual(
        late.deadlineAt,
      )
    },
  )

  test('for good is in the receipt, with the tokens that it cost', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const usage = { inputTokens: 7, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 3, reasoningTokens: 0 }
    await world.executor(new ListedModel(new ModelError('No.', { retryable: false, usage }))).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'failed', receipt: { modelCalls: 1, failedModelCalls: 1 } })
    expect(await world.job(id)).toMatchObject({ receipt: { usage: { answered: NO_USAGE, failed: usage } } })
    expect((await world.eventTypes(id)).slice(-2)).toEqual(['model_call.failed', 'job.failed'])
  })

  test('costs beside what answers cost: the receipt tells the two apart, and the report has both', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const used = {
      inputTokens: 900,
      cachedInputTokens: 500,
      cacheWriteTokens: 300,
      outputTokens: 9,
      reasoningTokens: 4,
    }
    const useless = new ModelError('It is empty.', { retryable: true, usage: used })
    const model = new ListedModel(useless, useless, busy, { ...answer('Hej!'), usage: used })
    for (let n = 0; n < 4; n++) {
      await world.executor(model).execute(id, NEVER)
      await world.clock.advance(600_000)
    }
    const failed = addUsage(used, used)
    expect(failed).toEqual({
      inputTokens: 1800,
      cachedInputTokens: 1000,
      cacheWriteTokens: 600,
      outputTokens: 18,
      reasoningTokens: 8,
    })
    const receipt = { modelCalls: 4, failedModelCalls: 3, usage: { answered: used, failed } }
    expect(await world.job(id)).toMatchObject({ receipt, report: { usage: addUsage(used, failed) } })
  })

  test.each([
    [{ failures: 1, retryAfterMs: undefined, chance: 0 }, 0],
    [{ failures: 1, retryAfterMs: undefined, chance: 0.5 }, 500],
    [{ failures: 3, retryAfterMs: undefined, chance: 0.5 }, 2000],
    [{ failures: 30, retryAfterMs: undefined, chance: 0.5 }, 150_000],
    [{ failures: 1, retryAfterMs: 7000, chance: 0 }, 7000],
    [{ failures: 2, retryAfterMs: 7000, chance: 0.5 }, 8000],
  ])('%o waits %i ms', (failed, delay) => {
    expect(retryDelayMs(failed)).toBe(delay)
  })
})
