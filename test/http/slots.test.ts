import { describe, expect, test } from 'vitest'
import { STALLED_MS } from '#adapters/http/held-stream.ts'
import { ServerBusyError } from '#adapters/http/errors.ts'
import { GRACE_MS, Slots } from '#adapters/http/slots.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { QUIET_MS } from '#application/job/watch-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { ModelReply } from '#ports/model.ts'
import { eventually } from '#test/support/eventually.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import type { TestAppOptions } from '#test/support/test-app-options.ts'

const writer = defineAgent({ name: 'writer', instructions: '', modelTimeoutMs: 3_600_000 })
const REQUEST = { agent: 'writer', input: 1 }
const JSON_BODY = { 'content-type': 'application/json' }
const STREAMED = { ...JSON_BODY, accept: 'text/event-stream' }

/** An app over a model whose answers the test gives. */
function held(runs: number, options: TestAppOptions) {
  const calls: { readonly reply: PromiseWithResolvers<ModelReply>; readonly signal: AbortSignal }[] = []
  const steps = Array.from({ length: runs }, () => (_request: unknown, { signal }: { signal: AbortSignal }) => {
    const reply = Promise.withResolvers<ModelReply>()
    calls.push({ reply, signal })
    return reply.promise
  })
  const app = testApp([writer], new ListedModel(...steps), options)
  const begun = (count: number) =>
    eventually(() => {
      expect(calls.length).toBeGreaterThanOrEqual(count)
    })
  return { app, calls, begun }
}

async function refusedWith(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({ code, retryable: true })
}

describe.each([
  ['answered at the end', JSON_BODY],
  ['streamed', STREAMED],
])('POST /run, %s', (_form, headers) => {
  const run = (app: TestApp, more: Record<string, string> = {}) => app.post('/run', REQUEST, { ...headers, ...more })

  test('a tenant has so many at once, and one that ends makes room', async () => {
    const { app, calls, begun } = held(3, { policy: { maxConcurrentRuns: 2 } })
    const first = run(app)
    const second = run(app)
    await begun(2)
    await refusedWith(await run(app), 429, 'too_many_at_once')
    calls[0]?.reply.resolve(answer('Hej!'))
    await (await first).text()
    const third = run(app)
    await begun(3)
    await refusedWith(await run(app), 429, 'too_many_at_once')
    for (const { reply } of calls) reply.resolve(answer('Hej!'))
    for (const response of [second, third]) expect(await (await response).text()).toContain('Hej!')
  })

  test('one that fails makes room, before and after its first step', async () => {
    const failing = new ListedModel(new Error('broken'), answer('Hej!'))
    const app = testApp([writer], failing, { policy: { maxConcurrentRuns: 1 } })
    expect((await app.post('/run', { agent: 'nobody', input: 1 }, headers)).status).toBe(404)
    await (await run(app)).text()
    expect(await (await run(app)).text()).toContain('Hej!')
  })

  test('one whose caller leaves makes room', async () => {
    const { app, calls, begun } = held(2, { policy: { maxConcurrentRuns: 1 } })
    const leaving = new AbortController()
    const init = { method: 'POST', headers, body: JSON.stringify(REQUEST), signal: leaving.signal }
    const left = app.http.request('/run', init)
    await begun(1)
    leaving.abort()
    await (await left).text()
    expect(calls[0]?.signal.aborted).toBe(true)
    const next = run(app)
    await begun(2)
    calls[1]?.reply.resolve(answer('Hej!'))
    expect(await (await next).text()).toContain('Hej!')
  })

  test('the server has so many at once, of all tenants', async () => {
    const { app, calls, begun } = held(3, { maxRuns: 2 })
    const [mine, theirs] = [await app.key('default'), await app.key('other')]
    const as = (key: string) => ({ authorization: `Bearer ${key}` })
    const open = [run(app, as(mine)), run(app, as(theirs))]
    await begun(2)
    await refusedWith(await run(app, as(mine)), 503, 'server_busy')
    for (const { reply } of calls) reply.resolve(answer('Hej!'))
    for (const response of open) await (await response).text()
    const next = run(app, as(mine))
    await begun(3)
    calls[2]?.reply.resolve(answer('Hej!'))
    expect(await (await next).text()).toContain('Hej!')
  })
})

describe('a run that takes longer than it may', () => {
  test('is answered with 504, and its model call aborted', async () => {
    const { app, calls, begun } = held(1, {})
    const response = app.post('/run', REQUEST)
    await begun(1)
    await app.clock.advance(DEFAULT_LIMITS.maxRunMs)
    expect((await response).status).toBe(504)
    expect(await (await response).json()).toMatchObject({ code: 'deadline_exceeded', retryable: false })
    expect(calls[0]?.signal.aborted).toBe(true)
  })

  test('ends its stream with the problem', async () => {
    const { app, calls, begun } = held(1, {})
    const response = await app.post('/run', REQUEST, STREAMED)
    const text = response.text()
    await begun(1)
    await app.clock.advance(DEFAULT_LIMITS.maxRunMs)
    expect(await text).toMatch(/event: problem\ndata: \{"code":"deadline_exceeded".*\n\n$/)
    expect(calls[0]?.signal.aborted).toBe(true)
    expect(app.clock.nextAt()).toBeNull()
  })
})

describe('event streams and waiting requests', () => {
  const scene = async (maxEventReaders: number) => {
    const app = testApp([writer], new ListedModel(answer('Hej!')), { policy: { maxEventReaders } })
    const { id } = (await (await app.post('/jobs', REQUEST)).json()) as { id: string }
    const events = () => app.http.request(`/jobs/${id}/events`)
    const wait = () => app.http.request(`/jobs/${id}?wait=5`)
    const listening = (count: number) =>
      eventually(() => {
        expect(app.feed.size).toBe(count)
      })
    return { app, id, events, wait, listening }
  }

  test('are so many for a tenant, and one that ends makes room', async () => {
    const { app, id, events, wait, listening } = await scene(2)
    const stream = await events()
    const waiting = wait()
    await listening(1)
    await refusedWith(await events(), 429, 'too_many_at_once')
    await refusedWith(await wait(), 429, 'too_many_at_once')
    expect((await app.http.request(`/jobs/${id}`)).status).toBe(200)
    expect((await app.http.request(`/jobs/${id}?wait=0`)).status).toBe(200)
    await app.clock.advance(5000)
    expect((await waiting).status).toBe(200)
    const other = await events()
    await refusedWith(await wait(), 429, 'too_many_at_once')
    await app.execute(id)
    expect(await stream.text()).toContain('job.completed')
    expect(await other.text()).toContain('job.completed')
    expect((await wait()).status).toBe(200)
    expect(app.clock.nextAt()).toBeNull()
  })

  test('a reader who leaves makes room, and so does one that asked for a job that is not there', async () => {
    const { app, events } = await scene(1)
    expect((await app.http.request('/jobs/job_1/events')).status).toBe(404)
    expect((await app.http.request('/jobs/job_1?wait=5')).status).toBe(404)
    for (let n = 0; n < 3; n++) await (await events()).body?.cancel()
    expect((await events()).status).toBe(200)
    expect(app.feed.size).toBe(1)
  })

  test('a submission that prefers to wait is answered at once where too many wait', async () => {
    const { app, events, listening } = await scene(1)
    const submit = () => app.post('/jobs', REQUEST, { ...JSON_BODY, prefer: 'wait=5' })
    const stream = await events()
    const accepted = await submit()
    expect(accepted.status).toBe(202)
    expect(accepted.headers.has('preference-applied')).toBe(false)
    await stream.body?.cancel()
    const waiting = submit()
    await listening(1)
    await app.clock.advance(5000)
    expect((await waiting).headers.get('preference-applied')).toBe('wait=5')
  })

  test('a reader that reads keeps its place for as long as it likes; one that does not is broken off', async () => {
    const { app, events } = await scene(1)
    const reader = (await events()).body?.getReader()
    expect((await reader?.read())?.done).toBe(false)
    for (let ms = 0; ms < 3 * STALLED_MS; ms += QUIET_MS) {
      const chunk = reader?.read()
      await eventually(() => {
        expect(app.clock.nextAt()).toBe(app.clock.now() + QUIET_MS)
      })
      await app.clock.advance(QUIET_MS)
      expect((await chunk)?.done).toBe(false)
    }
    await refusedWith(await events(), 429, 'too_many_at_once')
    await app.clock.advance(STALLED_MS)
    await expect(reader?.read()).rejects.toThrow('stalled')
    expect(app.feed.size).toBe(0)
    expect((await events()).status).toBe(200)
  })
})

test('a slot whose request is never heard of again expires', async () => {
  const { app, calls, begun } = held(2, { policy: { maxConcurrentRuns: 1 } })
  const clock = app.clock
  // As where an isolate is not told that its caller left: neither the deadline nor the signal ends the run.
  clock.after = () => () => undefined
  void app.post('/run', REQUEST)
  await begun(1)
  await clock.advance(DEFAULT_LIMITS.maxRunMs + GRACE_MS - 1)
  await refusedWith(await app.post('/run', REQUEST), 429, 'too_many_at_once')
  await clock.advance(1)
  const next = app.post('/run', REQUEST)
  await begun(2)
  calls[1]?.reply.resolve(answer('Hej!'))
  expect((await next).status).toBe(200)
})

test('a slot that is released twice makes room once', () => {
  const slots = new Slots({ what: 'runs', perTenant: () => 10, perServer: 2, clock: new ManualClock() })
  const [first] = [slots.take('acme', 1000), slots.take('acme', 1000)]
  first.release()
  first.release()
  slots.take('acme', 1000)
  expect(() => slots.take('beta', 1000)).toThrow(ServerBusyError)
})
