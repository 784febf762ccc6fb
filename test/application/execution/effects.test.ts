import { describe, expect, test } from 'vitest'
import type { ResolveCall } from '#application/job/resolve-call.ts'
import type { Tool } from '#domain/agent/tool.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { Crash } from '#test/support/crashing-store.ts'
import { DispatchDisk } from '#adapters/testing/dispatch-disk.ts'
import { eventually } from '#test/support/eventually.ts'
import { NEVER, execution } from '#test/support/execution.ts'
import { T0, TILL } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { resolvingOn } from '#test/support/resolving.ts'

/** A job whose process died while the call "a" of `tool` was under way: its intent is recorded, its result is lost. */
async function interrupted(tool: Tool) {
  const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [tool] }))
  const id = await world.submit()
  world.store.crashAt(3, 'before')
  await expect(world.executor(new ListedModel(asks({ id: 'a', name: tool.name }))).execute(id, NEVER)).rejects.toThrow(
    Crash,
  )
  world.store.restart()
  const resolveCall = resolvingOn(world)
  const resume = async () => {
    const model = new ListedModel(answer('Done.'))
    await world.executor(model).execute(id, NEVER)
    return model.requests[0]?.messages.at(-1)
  }
  const resolve = (resolution: Parameters<ResolveCall['execute']>[0]['resolution'], callId = 'a') =>
    resolveCall.execute({ tenantId: 'acme', by: TILL, jobId: id, call: callId, resolution })
  return { ...world, id, resume, resolve }
}

describe('a call whose process died between its intent and the call', () => {
  const begun = async (resumeOn: 'the same machine' | 'another machine') => {
    const { tool, runs } = counter('send', { effect: 'once', probe: () => null })
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [tool] }))
    const disk = new DispatchDisk()
    const id = await world.submit()
    world.store.dieAfter('tool_call.started')
    const first = world.executor(new ListedModel(asks({ id: 'a', name: 'send' })), undefined, {
      log: disk.open('exec_1'),
    })
    await expect(first.execute(id, NEVER)).rejects.toThrow(Crash)
    disk.die('exec_1')
    world.store.restart()
    const log = (resumeOn === 'the same machine' ? disk : new DispatchDisk()).open('exec_2')
    await world.executor(new ListedModel(answer('Done.')), undefined, { log }).execute(id, NEVER)
    return { ...world, id, runs }
  }

  test('is made, and waits for no person, where the dispatch log of the process can be read', async () => {
    const { job, id, runs, store } = await begun('the same machine')
    expect(await job(id)).toMatchObject({ status: 'completed', receipt: { toolCalls: 1 } })
    expect(runs()).toBe(1)
    const events = (await store.events(id, 0)).map(({ event }) => event)
    expect(events).toContainEqual({ type: 'tool_call.reopened', at: T0, callId: 'a', toldBy: 'dispatch_log' })
  })

  test('has its result, and waits for no person, where it had returned and its result was lost', async () => {
    const { tool, runs } = counter('send', { effect: 'once' })
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [tool] }))
    const disk = new DispatchDisk()
    const id = await world.submit()
    world.store.crashAt(3, 'before')
    const first = world.executor(new ListedModel(asks({ id: 'a', name: 'send' })), undefined, {
      log: disk.open('exec_1'),
    })
    await expect(first.execute(id, NEVER)).rejects.toThrow(Crash)
    disk.die('exec_1')
    world.store.restart()
    const model = new ListedModel(answer('Done.'))
    await world.executor(model, undefined, { log: disk.open('exec_2') }).execute(id, NEVER)
    expect(await world.job(id)).toMatchObject({ status: 'completed', receipt: { toolCalls: 1 } })
    expect(runs()).toBe(1)
    expect(model.requests[0]?.messages.at(-1)).toMatchObject(seen(1))
    const events = (await world.store.events(id, 0)).map(({ event }) => event)
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool_call.completed', toldBy: 'dispatch_log' }))
  })

  test('waits to be told of where it cannot', async () => {
    const { job, id, runs } = await begun('another machine')
    expect(await job(id)).toMatchObject({ status: 'waiting', wait: { reason: 'outcome_unknown' } })
    expect(runs()).toBe(0)
  })
})

const seen = (output: unknown) => ({ role: 'tool', results: [{ callId: 'a', isError: false, output }] })

describe('an interrupted call', () => {
  test('that reads is made again', async () => {
    const { tool, runs } = counter('lookup', { effect: 'read' })
    const { resume } = await interrupted(tool)
    expect(await resume()).toMatchObject(seen(2))
    expect(runs()).toBe(2)
  })

  test('that is idempotent is made again with the same key', async () => {
    const { tool, keys } = counter('save', { effect: 'idempotent' })
    const { resume, job, id } = await interrupted(tool)
    await resume()
    const { runId } = await job(id)
    expect(keys).toEqual([`${runId}/a`, `${runId}/a`])
  })

  test('that must happen once parks the job, visible with name, arguments and time, until somebody tells', async () => {
    const { tool, runs } = counter('send', { effect: 'once' })
    const { resume, job, id, waker } = await interrupted(tool)
    expect(await resume()).toBeUndefined()
    const parked = await job(id)
    expect(parked).toMatchObject({
      status: 'waiting',
      wait: { reason: 'outcome_unknown', calls: [{ callId: 'a', name: 'send', input: {}, startedAt: T0 }] },
    })
    expect(parked).not.toHaveProperty('lease')
    expect(waker.armedAt(id)).toBe(parked.deadlineAt)
    expect(runs()).toBe(1)
    await resume()
    expect(await job(id)).toEqual(parked)
  })

  test('that happened, as its probe knows, is not made again', async () => {
    const { tool, runs } = counter('send', { effect: 'once', probe: () => ({ happened: true, output: 'sent' }) })
    const { resume, job, id } = await interrupted(tool)
    expect(await resume()).toMatchObject(seen('sent'))
    expect(runs()).toBe(1)
    expect((await job(id)).status).toBe('completed')
  })

  test('that did not happen, as its probe knows, is made', async () => {
    const { tool, runs } = counter('send', { effect: 'once', probe: () => ({ happened: false }) })
    const { resume } = await interrupted(tool)
    expect(await resume()).toMatchObject(seen(2))
    expect(runs()).toBe(2)
  })

  test('whose probe brings more than can be kept is told so', async () => {
    const probe = () => ({ happened: true, output: 'x'.repeat(300_000) }) as const
    const { tool } = counter('send', { effect: 'once', probe })
    const { resume } = await interrupted(tool)
    expect(await resume()).toMatchObject({
      results: [{ isError: false, output: expect.stringContaining('300002 bytes') as unknown }],
    })
  })

  test('whose probe kills its process again and again ends as poisoned', async () => {
    const { tool } = counter('send', { effect: 'once', probe: () => new Promise(() => undefined) })
    const { executor, id, job, store } = await interrupted(tool)
    for (let death = 1; death <= 4; death++) {
      void executor(new ListedModel()).execute(id, NEVER)
      await eventually(async () => {
        expect((await store.load(id))?.job.strikes).toBe(death)
      })
    }
    await executor(new ListedModel()).execute(id, NEVER)
    expect(await job(id)).toMatchObject({ status: 'failed', error: { code: 'poisoned' } })
  })

  test.each([
    ['cannot tell', () => null],
    ['throws', () => Promise.reject(new Error('The mail server is down.'))],
  ])('whose probe %s waits for a person', async (_name, probe) => {
    const { tool } = counter('send', { effect: 'once', probe })
    const { resume, job, id } = await interrupted(tool)
    await resume()
    expect((await job(id)).status).toBe('waiting')
  })
})

describe('a person tells that the call', () => {
  async function parked() {
    const once = counter('send', { effect: 'once' })
    const world = await interrupted(once.tool)
    await world.resume()
    return { ...world, ...once }
  }

  test('happened: the model sees the result, and the call is not made', async () => {
    const { resolve, resume, runs, job, id } = await parked()
    expect(await resolve({ outcome: 'happened', result: { mail: 7 } })).toMatchObject({ status: 'queued' })
    expect(await resume()).toMatchObject(seen({ mail: 7 }))
    expect(runs()).toBe(1)
    expect((await job(id)).status).toBe('completed')
  })

  test('did not happen: it is made', async () => {
    const { resolve, resume, runs } = await parked()
    await resolve({ outcome: 'did_not_happen' })
    expect(await resume()).toMatchObject(seen(2))
    expect(runs()).toBe(2)
  })

  test('shall fail the job', async () => {
    const { resolve, job, id } = await parked()
    await resolve({ outcome: 'fail' })
    expect(await job(id)).toMatchObject({ status: 'failed', error: { code: 'call_failed' } })
  })

  test('happened, and then that it did not: the second word changes nothing and shows the state', async () => {
    const { resolve, resume, runs, eventTypes, id } = await parked()
    await resolve({ outcome: 'happened', result: 1 })
    const before = await eventTypes(id)
    expect(await resolve({ outcome: 'did_not_happen' })).toMatchObject({ status: 'queued' })
    expect(await eventTypes(id)).toEqual(before)
    await resume()
    expect(await resolve({ outcome: 'fail' })).toMatchObject({ status: 'completed' })
    expect(runs()).toBe(1)
  })

  test('is none of the job’s: refused', async () => {
    const { resolve } = await parked()
    await expect(resolve({ outcome: 'fail' }, 'zzz')).rejects.toMatchObject({ code: 'call_not_found' })
  })

  test('belongs to another tenant’s job: there is no such job', async () => {
    const { store, clock, id } = await parked()
    const resolveCall = resolvingOn({ store, clock })
    const command = { tenantId: 'other', by: TILL, jobId: id, call: 'a', resolution: { outcome: 'fail' } } as const
    await expect(resolveCall.execute(command)).rejects.toMatchObject({ code: 'job_not_found' })
  })

  test('is one of two: the job waits for the other', async () => {
    const once = counter('send', { effect: 'once' })
    const world = execution(defineAgent({ name: 'writer', instructions: '', tools: [once.tool] }))
    const id = await world.submit()
    world.store.crashAt(3, 'before')
    const model = new ListedModel(asks({ id: 'a', name: 'send' }, { id: 'b', name: 'send' }))
    await expect(world.executor(model).execute(id, NEVER)).rejects.toThrow(Crash)
    world.store.restart()
    await world.executor(new ListedModel()).execute(id, NEVER)
    const resolveCall = resolvingOn(world)
    const key = { tenantId: 'acme', by: TILL, jobId: id }
    const one = await resolveCall.execute({ ...key, call: 'a', resolution: { outcome: 'happened', result: 1 } })
    expect(one).toMatchObject({ status: 'waiting', wait: { calls: [{ callId: 'b' }] } })
    const two = await resolveCall.execute({ ...key, call: 'b', resolution: { outcome: 'happened', result: 2 } })
    expect(two).toMatchObject({ status: 'queued' })
    await world.job(id)
  })
})
