import { describe, expect, test } from 'vitest'
import { type CallReturn, type RunningCall, RunningCalls } from '#application/agent/running-calls.ts'
import { settleCalls } from '#application/execution/settle-calls.ts'
import { JobJournal } from '#application/job/job-journal.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { ToolResult } from '#domain/agent/message.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { countedSignal } from '#test/support/counted-signal.ts'
import { execution } from '#test/support/execution.ts'
import { T0, after, started } from '#test/support/fixtures.ts'
import { asks } from '#test/support/script.ts'

function call(callId: string) {
  const end = Promise.withResolvers<CallReturn | null>()
  const running: RunningCall = { callId, effect: 'once', outcome: end.promise }
  return {
    running,
    end: (result: ToolResult | null = null) => {
      end.resolve(result && { result })
    },
  }
}

const ids = (calls: RunningCalls, runId = 'run_1') => calls.of(runId, () => true).map(({ callId }) => callId)

/** Lets what waits for an outcome that is there go on. */
const settled = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve)
  })

describe('the running calls', () => {
  test('are known by their run, and a released one until it has returned', async () => {
    const calls = new RunningCalls()
    const [a, b, other] = [call('a'), call('b'), call('a')]
    calls.track('run_1', a.running)
    calls.track('run_1', b.running)
    calls.track('run_2', other.running)
    calls.release('run_1')
    await settled()
    expect(ids(calls)).toEqual(['a', 'b'])
    a.end()
    await settled()
    expect(ids(calls)).toEqual(['b'])
    expect([calls.has('run_1', 'a'), calls.has('run_1', 'b'), calls.has('run_2', 'a')]).toEqual([false, true, true])
    b.end()
    other.end()
    await settled()
    expect(ids(calls)).toEqual([])
    expect(ids(calls, 'run_2')).toEqual(['a'])
    expect(calls.size).toBe(1)
  })

  test('are no longer asked for once they have returned and their result is recorded', async () => {
    const calls = new RunningCalls()
    const [a, b] = [call('a'), call('b')]
    calls.track('run_1', a.running)
    calls.track('run_1', b.running)
    a.end()
    b.end()
    await settled()
    expect(calls.of('run_1', (callId) => callId === 'b')).toEqual([b.running])
  })

  test('keep a call that was made again when the earlier one returns', async () => {
    const calls = new RunningCalls()
    const [first, second] = [call('a'), call('a')]
    calls.track('run_1', first.running)
    calls.release('run_1')
    calls.track('run_1', second.running)
    first.end()
    await settled()
    expect(calls.of('run_1', () => true)).toEqual([second.running])
  })
})

describe('settling calls', () => {
  /** A job in the middle of call `a`, and the work of settling it under a lease that can be lost. */
  async function settling(lease = countedSignal()) {
    const world = execution(defineAgent({ name: 'writer', instructions: '' }))
    const id = await world.submit()
    const state = await world.store.load(id)
    if (!state) throw new Error('The job is lost.')
    const events: readonly JobEvent[] = [
      started(T0),
      { type: 'model_call.started', at: T0, iteration: 1, model: 'scripted/test' },
      { type: 'model_call.completed', at: T0, iteration: 1, ...asks({ id: 'a', name: 'send' }) },
      { type: 'tool_call.started', at: T0, callId: 'a', name: 'send', effect: 'once' },
    ]
    const inCall = after(state, events)
    await world.store.save(inCall, events)
    const journal = new JobJournal(world.store, inCall)
    const a = call('a')
    const work = { calls: [a.running], journal, lost: lease.signal, stopMs: 1000 }
    const end = settleCalls(work, { clock: world.clock, limits: DEFAULT_LIMITS, logger: world.logger })
    const results = async () => (await world.eventTypes(id)).filter((type) => type === 'tool_call.completed').length
    return { world, journal, lease, a, end, results }
  }

  const sent = (output = 'sent'): ToolResult => ({ callId: 'a', name: 'send', isError: false, output })

  test('ends with the reason when the lease is lost, or was lost before', async () => {
    const { lease, end, world } = await settling()
    lease.abort(new Error('Overtaken.'))
    await expect(end).rejects.toThrow('Overtaken.')
    expect(world.clock.nextAt()).toBeNull()
    const lost = countedSignal()
    lost.abort(new Error('Overtaken before.'))
    await expect((await settling(lost)).end).rejects.toThrow('Overtaken before.')
  })

  test('leaves no listener behind, however it ends', async () => {
    for (const end of ['returned', 'gave up', 'lost']) {
      const { world, lease, a, end: ended } = await settling()
      expect(lease.listeners()).toBe(1)
      if (end === 'returned') a.end()
      else if (end === 'lost') lease.abort(new Error('Overtaken.'))
      else await world.clock.advance(1000)
      await ended.catch(() => [])
      expect(lease.listeners()).toBe(0)
    }
  })

  test('records nothing that returns after it has given up', async () => {
    const { world, a, end, results } = await settling()
    await world.clock.advance(1000)
    expect((await end).map(({ callId }) => callId)).toEqual(['a'])
    a.end(sent())
    await settled()
    expect(await results()).toBe(0)
  })

  test('records a result like any other: one too large is recorded as made, with a sentence in its place', async () => {
    const { a, end, journal, results } = await settling()
    a.end(sent('x'.repeat(300_000)))
    expect(await end).toEqual([])
    expect(await results()).toBe(1)
    expect(JSON.stringify(journal.turn.messages.at(-1))).toContain('The call was made, but its result has 300002 bytes')
  })
})
