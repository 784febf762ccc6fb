import { describe, expect, test } from 'vitest'
import { about, aboutWork } from '#application/job/log-fields.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { tool } from '#test/support/tools.ts'

const writer = defineAgent({ name: 'writer', instructions: '' })
const nobody = { interrupt: () => undefined }

function canceling(
  world: ReturnType<typeof execution>,
  executions: ConstructorParameters<typeof CancelJob>[0]['executions'] = nobody,
) {
  const cancelJob = new CancelJob({ jobs: world.store, clock: world.clock, executions })
  return (jobId: string) => cancelJob.execute({ tenantId: 'acme', by: TILL, jobId })
}

describe('cancel', () => {
  test('of a queued job ends it at once', async () => {
    const world = execution(writer)
    const id = await world.submit()
    expect(await canceling(world)(id)).toMatchObject({ status: 'canceled', cancelRequestedAt: T0, finishedAt: T0 })
    const model = new ListedModel()
    await world.executor(model).execute(id, NEVER)
    expect(model.requests).toHaveLength(0)
    await world.job(id)
  })

  test('of a running job aborts the call in flight, refuses what it still brings, and begins no other', async () => {
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [tool('never', () => 1)] }))
    const id = await world.submit()
    const asked = Promise.withResolvers<AbortSignal>()
    const late = Promise.withResolvers<ReturnType<typeof asks>>()
    const model = new ListedModel((_request, { signal }) => {
      asked.resolve(signal)
      return late.promise
    })
    const executor = world.executor(model)
    const running = executor.execute(id, NEVER)
    const signal = await asked.promise

    await world.clock.advance(500)
    expect(await canceling(world, executor)(id)).toMatchObject({ status: 'running', cancelRequestedAt: T0 + 500 })
    expect(signal.aborted).toBe(true)
    late.resolve(asks({ id: 'a', name: 'never' }))
    await running
    expect(await world.job(id)).toMatchObject({
      status: 'canceled',
      cancelRequestedAt: T0 + 500,
      finishedAt: T0 + 500,
      receipt: { modelCalls: 1, toolCalls: 0, lastCallAt: T0 },
    })
    expect(await world.eventTypes(id)).toEqual([
      'job.submitted',
      'attempt.started',
      'model_call.started',
      'job.cancel_requested',
      'job.canceled',
    ])
    // What somebody wanted is nothing to be warned of.
    const fields = { ...aboutWork(await world.job(id)), attempt: 1, status: 'canceled' }
    expect(world.logger.lines).toEqual([{ level: 'info', message: 'An attempt has ended.', fields }])
  })

  test('reaches a job whose executor is elsewhere: its next write is refused, and it confirms', async () => {
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [tool('lookup', () => 1)] }))
    const id = await world.submit()
    const asked = Promise.withResolvers<undefined>()
    const reply = Promise.withResolvers<ReturnType<typeof asks>>()
    const model = new ListedModel(() => {
      asked.resolve(undefined)
      return reply.promise
    })
    const running = world.executor(model).execute(id, NEVER)
    await asked.promise
    await canceling(world)(id)
    reply.resolve(asks({ id: 'a', name: 'lookup' }))
    await running
    expect((await world.job(id)).status).toBe('canceled')
    expect((await world.eventTypes(id)).filter((type) => type === 'tool_call.started')).toEqual([])
  })

  test('of a job whose executor has died is confirmed by the next one', async () => {
    const world = execution(writer)
    const id = await world.submit()
    world.store.crashAt(1, 'after')
    await expect(world.executor(new ListedModel()).execute(id, NEVER)).rejects.toThrow(Crash)
    world.store.restart()
    expect(await canceling(world)(id)).toMatchObject({ status: 'running', cancelRequestedAt: T0 })
    await world.executor(new ListedModel()).execute(id, NEVER)
    expect((await world.job(id)).status).toBe('canceled')
  })

  test('counts for more than a deadline that has passed meanwhile', async () => {
    const world = execution(writer)
    const id = await world.submit()
    world.store.crashAt(1, 'after')
    await expect(world.executor(new ListedModel()).execute(id, NEVER)).rejects.toThrow(Crash)
    world.store.restart()
    await canceling(world)(id)
    await world.clock.advance(100_000_000)
    await world.executor(new ListedModel()).execute(id, NEVER)
    expect((await world.job(id)).status).toBe('canceled')
  })

  test('is confirmed by whoever holds the job, not by one that was overtaken', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const hanging = () => {
      const asked = Promise.withResolvers<AbortSignal>()
      const answerLate = Promise.withResolvers<ReturnType<typeof answer>>()
      const model = new ListedModel((_request, { signal }) => {
        asked.resolve(signal)
        return answerLate.promise
      })
      return { asked, answerLate, model }
    }
    const [one, two] = [hanging(), hanging()]
    const first = world.executor(one.model).execute(id, NEVER)
    await one.asked.promise
    const second = world.executor(two.model)
    const secondRun = second.execute(id, NEVER)
    await two.asked.promise
    await canceling(world)(id)
    one.answerLate.resolve(answer('Too late.'))
    await first
    expect((await world.job(id)).status).toBe('running')
    const overtaken = {
      level: 'warn',
      message: 'The attempt was overtaken and ends.',
      fields: about(await world.job(id)),
    }
    expect(world.logger.lines).toEqual([overtaken])
    second.interrupt(id)
    await secondRun
    expect((await world.job(id)).status).toBe('canceled')
  })

  test('twice is harmless', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const cancel = canceling(world)
    const first = await cancel(id)
    expect(await cancel(id)).toEqual(first)
    expect(await world.eventTypes(id)).toEqual(['job.submitted', 'job.cancel_requested', 'job.canceled'])
  })

  test('of a finished job is refused, with its state', async () => {
    const world = execution(writer)
    const id = await world.submit()
    await world.executor(new ListedModel(answer('Hej!'))).execute(id, NEVER)
    await expect(canceling(world)(id)).rejects.toMatchObject({
      code: 'job_finished',
      message: `Job ${id} is completed already.`,
    })
  })

  test('of another tenant’s job is as of none', async () => {
    const world = execution(writer)
    const id = await world.submit()
    const cancelJob = new CancelJob({ jobs: world.store, clock: world.clock, executions: nobody })
    await expect(cancelJob.execute({ tenantId: 'other', by: TILL, jobId: id })).rejects.toMatchObject({
      code: 'job_not_found',
    })
    expect((await world.job(id)).status).toBe('queued')
  })
})
