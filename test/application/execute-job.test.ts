import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/errors.ts'
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

  test('fails when a deploy has taken its agent away', async () => {
    const { executor, submit, job } = execution(plain)
    const id = await submit()
    await executor(new ListedModel(), []).execute(id, NEVER)
    expect(await job(id)).toMatchObject({ status: 'failed', error: { code: 'unknown_agent' } })
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
    const { executor, submit, waker, eventTypes } = execution(plain)
    const id = await submit(T0 + 5000)
    await waker.wakeAt(id, T0)
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
  })
})
