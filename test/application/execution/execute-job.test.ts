import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/model/errors.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0 } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter, tool } from '#test/support/tools.ts'

const plain = defineAgent({ name: 'writer', instructions: 'Write.' })

describe('a job that nothing disturbs', () => {
  test('runs to its report', async () => {
    const { executor, submit, job } = execution(plain)
    const id = await submit()
    await executor(new ListedModel(answer('Hej!'))).execute(id, NEVER)
    expect(await job(id)).toMatchObject({
      status: 'completed',
      attempt: 1,
      report: { agent: 'writer', model: 'scripted/test', output: 'Hej!', stopReason: 'finished', iterations: 1 },
    })
  })

  test('takes its answers in pieces while somebody watches, and whole otherwise', async () => {
    const { executor, submit, feed } = execution(
      defineAgent({ name: 'writer', instructions: '', tools: [counter('lookup').tool] }),
    )
    const id = await submit()
    const streamed: boolean[] = []
    const reader = feed.subscribe(id)
    const model = new ListedModel(
      (_request, { onText }) => {
        streamed.push(onText !== undefined)
        onText?.('Let me see.')
        reader.close()
        return asks({ id: 'a', name: 'lookup' })
      },
      (_request, { onText }) => {
        streamed.push(onText !== undefined)
        return answer('Hej!')
      },
    )
    const heard = reader.next()
    await executor(model).execute(id, NEVER)
    expect(streamed).toEqual([true, false])
    expect(await heard).toContainEqual({ kind: 'text', text: 'Let me see.' })
  })

  test('takes the answer whole when its stream has failed, although a client watches', async () => {
    const { executor, submit, feed, clock, job } = execution(plain)
    const id = await submit()
    const reader = feed.subscribe(id)
    const streamed: boolean[] = []
    const model = new ListedModel(
      (_request, { onText }) => {
        streamed.push(onText !== undefined)
        throw new ModelError('The stream broke off.', { retryable: true })
      },
      (_request, { onText }) => {
        streamed.push(onText !== undefined)
        return answer('Hej!')
      },
    )
    await executor(model).execute(id, NEVER)
    await clock.advance(600_000)
    await executor(model).execute(id, NEVER)
    reader.close()
    expect(streamed).toEqual([true, false])
    expect(await job(id)).toMatchObject({ status: 'completed' })
  })

  test('costs 7 commits for 3 model calls and 2 tool calls, the submission among them', async () => {
    const { tool: lookup } = counter('lookup')
    const { executor, submit, store, eventTypes } = execution(
      defineAgent({ name: 'writer', instructions: '', tools: [lookup] }),
    )
    const id = await submit()
    await executor(
      new ListedModel(asks({ id: 'a', name: 'lookup' }), asks({ id: 'b', name: 'lookup' }), answer('Done.')),
    ).execute(id, NEVER)
    expect(await eventTypes(id)).toEqual([
      'job.submitted',
      'attempt.started',
      'model_call.started',
      'model_call.completed',
      'tool_call.started',
      'tool_call.completed',
      'model_call.started',
      'model_call.completed',
      'tool_call.started',
      'tool_call.completed',
      'model_call.started',
      'model_call.completed',
      'job.completed',
    ])
    expect(1 + store.commits).toBe(7)
  })

  test('fails with the words of a model error', async () => {
    const { executor, submit, job } = execution(plain)
    const id = await submit()
    await executor(new ListedModel(new ModelError('The provider says no.', { retryable: false }))).execute(id, NEVER)
    expect(await job(id)).toMatchObject({
      status: 'failed',
      error: { code: 'model_failed', message: 'The provider says no.' },
    })
  })

  test('fails without telling the caller what was thrown when that was not foreseen', async () => {
    const { executor, submit, job } = execution(plain)
    const id = await submit()
    await executor(new ListedModel(new TypeError('secret of the house'))).execute(id, NEVER)
    const done = await job(id)
    expect(done).toMatchObject({ status: 'failed', error: { code: 'internal_error' } })
    expect(JSON.stringify(done)).not.toContain('secret of the house')
  })

  test('is not executed twice by two wakes at once', async () => {
    const { executor, submit, job } = execution(plain)
    const id = await submit()
    const model = new ListedModel(answer('Hej!'))
    const one = executor(model)
    await Promise.all([one.execute(id, NEVER), one.execute(id, NEVER)])
    await one.execute(id, NEVER)
    expect(model.requests).toHaveLength(1)
    expect((await job(id)).attempt).toBe(1)
  })

  test('waits for its time: an early wake does nothing but arm the right one', async () => {
    const { executor, submit, waker, eventTypes, job } = execution(plain)
    const id = await submit(T0 + 5000)
    await waker.wakeAt(await job(id), { at: T0, kind: 'run' })
    await executor(new ListedModel()).execute(id, NEVER)
    expect(waker.armedAt(id)).toBe(T0 + 5000)
    expect(await eventTypes(id)).toEqual(['job.submitted'])
  })
})

describe('a job that is stopped from outside', () => {
  test('stays as it is, keeps what was finished, and is resumed by the next process', async () => {
    const stop = new AbortController()
    const fast = counter('fast', { effect: 'once' })
    const slow = tool('slow', (_input, { signal }) => {
      if (stop.signal.aborted) return 'the second time'
      stop.abort()
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'))
        })
      })
    })
    const { executor, submit, job, eventTypes } = execution(
      defineAgent({ name: 'writer', instructions: '', tools: [fast.tool, slow] }),
    )
    const id = await submit()
    await executor(new ListedModel(asks({ id: 'a', name: 'fast' }), asks({ id: 'b', name: 'slow' }))).execute(
      id,
      stop.signal,
    )
    expect((await job(id)).status).toBe('queued')
    expect((await eventTypes(id)).slice(-2)).toEqual(['tool_call.started', 'attempt.released'])
    expect(fast.runs()).toBe(1)

    const resumed = new ListedModel(answer('Done.'))
    await executor(resumed).execute(id, NEVER)
    expect((await job(id)).status).toBe('completed')
    expect(fast.runs()).toBe(1)
  })
})

describe('of calls that run in parallel', () => {
  test('each result but the last is durable at once, while the others still run', async () => {
    const gate = Promise.withResolvers<null>()
    const slow = tool('slow', () => gate.promise)
    const { tool: fast } = counter('fast')
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [fast, slow] }))
    const id = await world.submit()
    const model = new ListedModel(asks({ id: 'a', name: 'slow' }, { id: 'b', name: 'fast' }), answer('Done.'))
    const running = world.executor(model).execute(id, NEVER)
    await world.clock.advance(0)
    const known = (await world.store.events(id, 0)).flatMap(({ event }) =>
      event.type === 'tool_call.completed' ? [event.result.callId] : [],
    )
    expect(known).toEqual(['b'])
    gate.resolve(null)
    await running
    expect((await world.job(id)).status).toBe('completed')
  })

  test('the others are aborted when one of them cannot be written down', async () => {
    let aborted = false
    const hang = tool('hang', (_input, { signal }) => {
      signal.addEventListener('abort', () => (aborted = true))
      return new Promise(() => undefined)
    })
    const { tool: fast } = counter('fast')
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [fast, hang] }))
    const id = await world.submit()
    world.store.crashAt(3, 'before')
    const model = new ListedModel(asks({ id: 'a', name: 'hang' }, { id: 'b', name: 'fast' }))
    await expect(world.executor(model).execute(id, NEVER)).rejects.toThrow(Crash)
    expect(aborted).toBe(true)
  })

  test.each([6, 16])('no more than its runtime allows run at once: %i', async (maxToolCallsAtOnce) => {
    let running = 0
    let most = 0
    const counted = tool('counted', async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      return null
    })
    const limits = { ...DEFAULT_LIMITS, maxToolCallsAtOnce }
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [counted] }), limits)
    const id = await world.submit()
    const many = Array.from({ length: 18 }, (_, n) => ({ id: `c${String(n)}`, name: 'counted' }))
    await world.executor(new ListedModel(asks(...many), answer('Done.'))).execute(id, NEVER)
    expect(most).toBe(maxToolCallsAtOnce)
    expect(await world.job(id)).toMatchObject({ status: 'completed', receipt: { toolCalls: 18 } })
  })
})

test('a job that somebody else finishes between two looks at it is left to them', async () => {
  const world = execution(plain)
  const id = await world.submit()
  const loaded = await world.store.load(id)
  await world.executor(new ListedModel(answer('From the first.'))).execute(id, NEVER)
  const load = world.store.load.bind(world.store)
  let looks = 0
  world.store.load = (jobId) => (++looks === 1 ? Promise.resolve(loaded) : load(jobId))
  const late = new ListedModel()
  await world.executor(late).execute(id, NEVER)
  expect(late.requests).toHaveLength(0)
  world.store.load = load
  expect(await world.job(id)).toMatchObject({ status: 'completed', report: { output: 'From the first.' } })
})
