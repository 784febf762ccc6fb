import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { mayClaim } from '#domain/job/claim.ts'
import type { JobEvent } from '#domain/job/event.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { type JobState, evolve, replay, submit } from '#domain/job/replay.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { verdictOn } from '#domain/job/verdict.ts'
import { nextWakeAt } from '#domain/job/wake.ts'
import { ALONE, T0, started, submitted } from '#test/support/fixtures.ts'
import { tool } from '#test/support/tools.ts'

const { event: submission } = submitted()
const answer: JobEvent = {
  type: 'model_call.completed',
  at: T0 + 10,
  iteration: 1,
  message: { role: 'assistant', parts: [{ type: 'text', text: 'Hej' }] },
  finishReason: 'stop',
  usage: NO_USAGE,
}
const completed: JobEvent = { type: 'job.completed', at: T0 + 20, stopReason: 'finished' }
const failed: JobEvent = { type: 'job.failed', at: T0 + 20, error: { code: 'model_failed', message: 'No.' } }

function state(...events: JobEvent[]): JobState {
  return events.reduce(evolve, submit(submission))
}

describe('a job', () => {
  test('is queued, runs under a lease, and completes with its report', () => {
    expect(state().job).toMatchObject({ status: 'queued', runAt: T0, attempt: 0, startedAt: null })
    expect(state(started(T0 + 5)).job).toMatchObject({
      status: 'running',
      attempt: 1,
      startedAt: T0 + 5,
      lease: { expiresAt: T0 + 30_005 },
    })
    const done = state(started(T0 + 5), answer, completed).job
    expect(done).toMatchObject({
      status: 'completed',
      finishedAt: T0 + 20,
      report: { output: 'Hej', startedAt: T0 + 5, finishedAt: T0 + 20 },
    })
    expect(done).not.toHaveProperty('lease')
    expect(done).not.toHaveProperty('runAt')
  })

  test('has a lease from the beginning of an attempt, and longer when it is renewed, whatever else happens', () => {
    const leaseAfter = (event: JobEvent) => {
      const { job } = state(started(T0), event)
      return job.status === 'running' ? job.lease.expiresAt - T0 : null
    }
    expect(leaseAfter({ ...answer, at: T0 + 20_000 })).toBe(30_000)
    expect(leaseAfter({ type: 'lease.renewed', at: T0 + 10_000 })).toBe(40_000)
  })

  test('counts its attempts and remembers when the first began', () => {
    expect(state(started(T0 + 5), started(T0 + 9)).job).toMatchObject({ attempt: 2, startedAt: T0 + 5 })
  })

  test.each<[string, JobEvent[]]>([
    ['is not submitted twice', [submission]],
    ['cannot answer before it runs', [answer]],
    ['cannot complete before it runs', [completed]],
    ['cannot run again when it is done', [started(T0), answer, completed, started(T0)]],
    ['cannot go on when it has failed', [started(T0), failed, answer]],
    ['cannot fail when it is done', [started(T0), answer, completed, failed]],
    ['cannot complete when it has failed', [started(T0), failed, completed]],
  ])('%s', (_name, events) => {
    expect(() => state(...events)).toThrow(expect.objectContaining({ code: 'invalid_transition' }))
  })

  test('counts the attempts of an hour, and anew in the next', () => {
    const attempts = (...ats: number[]) => state(...ats.map((at) => started(T0 + at))).job.attemptsPerHour
    expect(attempts(0, 3_599_999)).toEqual({ since: T0, count: 2 })
    expect(attempts(0, 3_600_000)).toEqual({ since: T0 + 3_600_000, count: 1 })
    const { job, turn } = state(started(T0))
    const busy = { turn, job: { ...job, attemptsPerHour: { since: T0, count: 100 }, strikes: 0 } }
    const verdictAt = (now: number) => verdictOn(busy, { limits: DEFAULT_LIMITS, executor: ALONE, now })
    expect(verdictAt(T0 + 3_599_999)).toMatchObject({ code: 'limit_exceeded' })
    expect(verdictAt(T0 + 3_600_000)).toBeNull()
  })

  test('forgives its strikes for whatever brings it on, a tool’s result too', () => {
    const asks: JobEvent = {
      ...answer,
      message: { role: 'assistant', parts: [{ type: 'tool_call', id: 'a', name: 'x', input: {} }] },
    }
    const begun: JobEvent = { type: 'tool_call.started', at: T0, callId: 'a', name: 'x', effect: 'read' }
    const result = { callId: 'a', name: 'x', isError: false, output: 1 }
    const done: JobEvent = { type: 'tool_call.completed', at: T0, result, toldBy: 'call' }
    const struck = [started(T0), asks, begun, started(T0), started(T0)]
    expect(state(...struck).job.strikes).toBe(2)
    expect(state(...struck, done).job.strikes).toBe(0)
  })

  test.each<[string, JobEvent[], number]>([
    ['deaths in a row', [started(T0), started(T0 + 1), started(T0 + 2)], 2],
    ['deaths of one release', [started(T0, 'a'), started(T0 + 1, 'a'), started(T0 + 2, 'a')], 2],
    ['a deploy', [started(T0, 'a'), started(T0 + 1, 'a'), started(T0 + 2, 'b')], 0],
    ['an attempt that lived for an hour', [started(T0), started(T0 + 1), started(T0 + 3_600_001)], 0],
    ['one that lived for almost an hour', [started(T0), started(T0 + 1), started(T0 + 3_600_000)], 2],
    ['a clock that was set back', [started(T0), started(T0 - 7_200_000)], 1],
    ['a release that is not named any more', [started(T0, 'a'), started(T0 + 1)], 1],
    ['a process that stopped', [started(T0), { type: 'attempt.released', at: T0 }, started(T0)], 0],
  ])('has after %s its strikes', (_name, events, strikes) => {
    expect(state(...events).job.strikes).toBe(strikes)
  })

  test('that waits to try again is still looked at when its deadline passes', () => {
    const until = T0 + 200_000_000
    const wait = { reason: 'retry', until, error: { code: 'model_failed', message: 'No.' } } as const
    const { job } = state(started(T0), { type: 'job.waiting', at: T0, wait })
    expect(nextWakeAt(job)).toBe(job.deadlineAt)
    expect(job.deadlineAt).toBeLessThan(until)
  })

  test('is what its journal says, and a journal with a gap says nothing', () => {
    const journal = [submission, started(T0), answer].map((event, index) => ({ seq: index + 1, event }))
    expect(replay(journal)).toEqual(state(started(T0), answer))
    expect(() => replay(journal.slice(1))).toThrow('begin')
    expect(() => replay(journal.filter(({ seq }) => seq !== 2))).toThrow('jumps to 3')
  })

  test.each<[string, JobEvent[], number]>([
    ['queued: when it may run', [], T0],
    ['running: when its lease ends', [started(T0 + 5)], T0 + 30_005],
    ['completed: when it has been kept for 30 days', [started(T0), answer, completed], completed.at + 30 * 86_400_000],
    ['failed: when it has been kept for 30 days', [failed], failed.at + 30 * 86_400_000],
  ])('needs attention when %s', (_name, events, at) => {
    expect(nextWakeAt(state(...events).job)).toBe(at)
  })
})

describe('mayClaim', () => {
  const me = { ...ALONE, id: 'exec_me', alone: false }
  const running = state(started(T0)).job
  const mine: JobRecord =
    running.status === 'running' ? { ...running, lease: { ...running.lease, executorId: me.id } } : running

  const alone = { ...me, alone: true }
  test.each([
    { name: 'a queued job whose time has come', job: state().job, executor: me, now: T0, may: true },
    { name: 'a queued job before its time', job: state().job, executor: me, now: T0 - 1, may: false },
    { name: 'somebody’s job under a lease', job: running, executor: me, now: T0 + 29_999, may: false },
    { name: 'another’s job after its lease, by my clock', job: running, executor: me, now: T0 + 30_000, may: false },
    { name: 'another’s job, by a clock that was set back', job: running, executor: me, now: T0 - 1e9, may: false },
    { name: 'my own job after its lease', job: mine, executor: me, now: T0 + 30_000, may: true },
    { name: 'a dead one’s job, where I am alone', job: running, executor: alone, now: T0 + 1, may: true },
    { name: 'my own job under its lease', job: mine, executor: alone, now: T0 + 1, may: false },
    { name: 'a finished job', job: state(failed).job, executor: alone, now: T0 + 1e9, may: false },
  ])('$name: $may', ({ job, executor, now, may }) => {
    expect(mayClaim(job, executor, now)).toBe(may)
  })

  test('a job that is to begin later waits for its time, also after the clock was set back', () => {
    const hour = 3_600_000
    const { job } = submitted({ at: T0, runAt: T0 + hour })
    expect(mayClaim(job, ALONE, T0 + hour - 1)).toBe(false)
    expect(mayClaim(job, ALONE, T0 - hour)).toBe(false)
    expect(mayClaim(job, ALONE, T0 + hour)).toBe(true)
  })
})

describe('definitions', () => {
  const good = { name: 'writer', instructions: '' }
  test.each([
    ['a name with capitals', { ...good, name: 'Writer' }, 'lower-case'],
    ['a model without a provider', { ...good, model: 'gpt-6' }, 'provider/model'],
    ['two tools of one name', { ...good, tools: [tool('a', () => 1), tool('a', () => 2)] }, 'two tools are named "a"'],
    ['no iterations', { ...good, maxIterations: 0 }, 'maxIterations'],
    ['no time', { ...good, modelTimeoutMs: Number.NaN }, 'modelTimeoutMs'],
  ])('an agent with %s is refused', (_name, definition, message) => {
    expect(() => defineAgent(definition)).toThrow(message)
  })

  test('a tool must have a name that every provider takes, and time', () => {
    expect(() => tool('look up', () => 1)).toThrow('Tool name "look up"')
    expect(() => tool('lookup', () => 1, { timeoutMs: 0 })).toThrow('timeoutMs')
  })

  test('two agents cannot share a name', () => {
    expect(() => new AgentRegistry([defineAgent(good), defineAgent(good)])).toThrow('Two agents are named "writer"')
  })
})
