import { describe, expect, test } from 'vitest'
import { aboutWork } from '#application/job/log-fields.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { TILL } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'

const { tool: lookup } = counter('lookup')
const writer = defineAgent({ name: 'writer', instructions: 'Write.', tools: [lookup] })
/** What servers of the release before had. */
const OLD = [defineAgent({ name: 'another', instructions: '' })]

function deploy() {
  const world = execution(writer)
  const oldServer = world.executor(new ListedModel(), OLD)
  const untilOf = async (id: string): Promise<number> => {
    const job = await world.job(id)
    if (job.status !== 'waiting' || job.wait.reason !== 'unknown_agent') throw new Error(`The job is ${job.status}.`)
    return job.wait.until
  }
  const passTo = async (at: number): Promise<void> => {
    await world.clock.advance(at - world.clock.now())
  }
  return { ...world, oldServer, untilOf, passTo }
}

describe('a job whose agent this server does not know', () => {
  test('is left to others: no attempt, no strike, and visible', async () => {
    const { oldServer, submit, job, clock, logger } = deploy()
    const id = await submit()
    const now = clock.now()
    await oldServer.execute(id, NEVER)
    const wait = { reason: 'unknown_agent', since: now, until: now + 1000 }
    expect(await job(id)).toMatchObject({ status: 'waiting', wait, attempt: 0, strikes: 0, deliveries: [] })
    const fields = aboutWork(await job(id))
    expect(logger.lines).toContainEqual(expect.objectContaining({ level: 'warn', fields }))
  })

  test('goes on as soon as a server that knows it looks', async () => {
    const { oldServer, executor, submit, job, untilOf, passTo } = deploy()
    const id = await submit()
    await oldServer.execute(id, NEVER)
    await passTo(await untilOf(id))
    await executor(new ListedModel(answer('Hej!'))).execute(id, NEVER)
    expect(await job(id)).toMatchObject({ status: 'completed', attempt: 1 })
  })

  test('is looked at ever more rarely, at most every ten minutes or so, and not before its time', async () => {
    const { oldServer, submit, store, untilOf, passTo, clock } = deploy()
    const id = await submit()
    await oldServer.execute(id, NEVER)
    const delays: number[] = []
    while (delays.length < 14) {
      delays.push((await untilOf(id)) - clock.now())
      const { commits } = store
      await oldServer.execute(id, NEVER)
      expect(store.commits).toBe(commits)
      await passTo(await untilOf(id))
      await oldServer.execute(id, NEVER)
    }
    expect(delays.slice(0, 6)).toEqual([1000, 1000, 2000, 4000, 8000, 16_000])
    expect(delays.slice(-2)).toEqual([600_000, 600_000])
  })

  test('fails at its deadline, and says that no server knew its agent', async () => {
    const { oldServer, submit, job, passTo } = deploy()
    const id = await submit()
    await oldServer.execute(id, NEVER)
    await passTo((await job(id)).deadlineAt)
    await oldServer.execute(id, NEVER)
    const error = { code: 'unknown_agent', message: `No server knew the agent "writer" by the job's deadline.` }
    expect(await job(id)).toMatchObject({ status: 'failed', error })
  })

  test('can be canceled meanwhile', async () => {
    const { oldServer, submit, job, store: jobs, clock } = deploy()
    const id = await submit()
    await oldServer.execute(id, NEVER)
    await new CancelJob({ jobs, clock, executions: oldServer }).execute({ tenantId: 'acme', by: TILL, jobId: id })
    expect(await job(id)).toMatchObject({ status: 'canceled' })
  })

  test('keeps what it had, and the strike of a server that died with it', async () => {
    const { oldServer, executor, submit, job, store, untilOf, passTo } = deploy()
    const id = await submit()
    store.dieAfter('tool_call.started')
    const dying = executor(new ListedModel(asks({ id: 'a', name: 'lookup' })))
    await expect(dying.execute(id, NEVER)).rejects.toThrow(Crash)
    store.restart()
    await oldServer.execute(id, NEVER)
    expect(await job(id)).toMatchObject({ status: 'waiting', strikes: 1, attempt: 1 })
    await passTo(await untilOf(id))
    const model = new ListedModel(answer('Done.'))
    await executor(model).execute(id, NEVER)
    expect(await job(id)).toMatchObject({ status: 'completed', receipt: { modelCalls: 2, wastedModelCalls: 0 } })
  })
})

describe('a tool that an agent no longer has', () => {
  const without = [defineAgent({ name: 'writer', instructions: 'Write.' })]
  const cutOff = async (effect: 'read' | 'once', after: JobEvent['type']) => {
    const { tool, runs } = counter('send', { effect })
    const world = execution(defineAgent({ name: 'writer', instructions: 'Write.', tools: [tool] }))
    const id = await world.submit()
    const dying = world.executor(new ListedModel(asks({ id: 'a', name: 'send' })))
    if (after === 'tool_call.completed') world.store.crashAt(3, 'before')
    else world.store.dieAfter(after)
    await expect(dying.execute(id, NEVER)).rejects.toThrow(Crash)
    world.store.restart()
    const model = new ListedModel(asks({ id: 'b', name: 'send' }), answer('Done.'))
    await world.executor(model, without).execute(id, NEVER)
    return { job: await world.job(id), runs, model }
  }

  test('is said to be unknown to a model that asks for it', async () => {
    const { job, model } = await cutOff('once', 'model_call.started')
    expect(job.status).toBe('completed')
    expect(JSON.stringify(model.requests.at(-1)?.messages.at(-1))).toContain('There is no tool')
  })

  test('and whose call was begun and must happen once, is asked about', async () => {
    const { job, runs } = await cutOff('once', 'tool_call.completed')
    expect(job).toMatchObject({ status: 'waiting', wait: { reason: 'outcome_unknown', calls: [{ callId: 'a' }] } })
    expect(runs()).toBe(1)
  })

  test('and whose call was begun and may be repeated, is said to be unknown', async () => {
    const { job, model } = await cutOff('read', 'tool_call.completed')
    expect(job.status).toBe('completed')
    expect(JSON.stringify(model.requests.at(0)?.messages.at(-1))).toContain('There is no tool')
  })
})
