import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import type { ModelReply } from '#ports/model.ts'
import { eventually } from '#test/support/eventually.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'

const writer = defineAgent({ name: 'writer', instructions: '', tools: [counter('lookup').tool] })

interface Frame {
  readonly id?: string
  readonly event?: string
  readonly data?: unknown
  readonly comment?: string
}

function framesIn(text: string): readonly Frame[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      if (block.startsWith(':')) return { comment: block.slice(2) }
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2))) as Record<
        string,
        string
      >
      return { ...fields, data: JSON.parse(fields['data'] ?? '') as unknown }
    })
}

async function submitted(app: ReturnType<typeof testApp>): Promise<string> {
  const response = await app.post('/jobs', { agent: 'writer', input: 'hello' })
  return ((await response.json()) as { id: string }).id
}

describe('GET /jobs/{id}/events', () => {
  test('replays a finished job, numbered, and ends', async () => {
    const app = testApp([writer], new ListedModel(asks({ id: 'a', name: 'lookup' }), answer('Hej!')))
    const id = await submitted(app)
    await app.execute(id)
    const response = await app.http.request(`/jobs/${id}/events`)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const frames = framesIn(await response.text())
    expect(frames.map(({ id: number, event }) => [number, event])).toEqual([
      ['1', 'job.submitted'],
      ['2', 'attempt.started'],
      ['3', 'model_call.started'],
      ['4', 'model_call.completed'],
      ['5', 'tool_call.started'],
      ['6', 'tool_call.completed'],
      ['7', 'model_call.started'],
      ['8', 'model_call.completed'],
      ['9', 'job.completed'],
    ])
    expect(frames[1]?.data).toEqual({ at: '2096-10-02T07:06:40.000Z', agentVersion: writer.version })
    expect(JSON.stringify(frames)).not.toMatch(/tenant|exec_/)
  })

  test('is not opened for whoever asks for its headers alone', async () => {
    const app = testApp([writer], new ListedModel())
    const path = `/jobs/${await submitted(app)}/events`
    const response = await app.http.request(path, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    expect(app.feed.size).toBe(0)
    expect((await app.http.request('/jobs/nonsense/events', { method: 'HEAD' })).status).toBe(404)
  })

  test('tells every time as the rest of the wire does, also what a waiting job waits for', async () => {
    const send = counter('send', { effect: 'once' })
    const cautious = defineAgent({ name: 'writer', instructions: '', tools: [send.tool] })
    const app = testApp([cautious], new ListedModel(asks({ id: 'a', name: 'send' })))
    const id = await submitted(app)
    await app.interruptAfter(id, 'tool_call.started')
    await app.execute(id)
    const reader = (await app.http.request(`/jobs/${id}/events?after=5`)).body?.getReader()
    const texts = [await reader?.read(), await reader?.read()].map((chunk) => new TextDecoder().decode(chunk?.value))
    await reader?.cancel()
    const waiting = framesIn(texts.join('')).find(({ event }) => event === 'job.waiting')
    expect(waiting?.data).toEqual({
      at: '2096-10-02T07:06:40.000Z',
      wait: {
        reason: 'outcome_unknown',
        calls: [{ callId: 'a', name: 'send', input: {}, startedAt: '2096-10-02T07:06:40.000Z' }],
      },
    })
  })

  test.each([
    ['?after=7', {}, ['8', '9']],
    ['', { 'last-event-id': '8' }, ['9']],
    ['?after=9', {}, []],
  ])('goes on after the event that the client knows: %s %o', async (query, headers, ids) => {
    const app = testApp([writer], new ListedModel(asks({ id: 'a', name: 'lookup' }), answer('Hej!')))
    const id = await submitted(app)
    await app.execute(id)
    const frames = framesIn(await (await app.http.request(`/jobs/${id}/events${query}`, { headers })).text())
    expect(frames.map((frame) => frame.id)).toEqual(ids)
  })

  test('follows a job as it goes: text in between without a number, and the end after the last event', async () => {
    const app = testApp([writer], speaking('Hej ', 'på dig!'))
    const id = await submitted(app)
    const response = await app.http.request(`/jobs/${id}/events`)
    const reading = response.text()
    await app.clock.advance(0)
    await app.execute(id)
    const frames = framesIn(await reading)
    expect(frames.map(({ event }) => event)).toEqual([
      'job.submitted',
      'attempt.started',
      'model_call.started',
      'text',
      'model_call.completed',
      'job.completed',
    ])
    expect(frames[3]).toEqual({ event: 'text', data: { text: 'Hej på dig!' } })
    expect(app.feed.size).toBe(0)
  })

  test('a watcher that leaves before it has read anything is forgotten', async () => {
    const app = testApp([writer], new ListedModel())
    const response = await app.http.request(`/jobs/${await submitted(app)}/events`)
    expect(app.feed.size).toBe(1)
    await response.body?.cancel()
    expect(app.feed.size).toBe(0)
  })

  test('ends with the job also for a client that claims to know more than there is', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')))
    const id = await submitted(app)
    const reading = (async () => (await app.http.request(`/jobs/${id}/events?after=999`)).text())()
    await app.clock.advance(0)
    await app.execute(id)
    expect(framesIn(await reading).filter(({ event }) => event !== 'text')).toEqual([])
  })

  test('gives a sign of life when nothing happens for 15 seconds', async () => {
    const app = testApp([writer], new ListedModel())
    const id = await submitted(app)
    const reader = (await app.http.request(`/jobs/${id}/events`)).body?.getReader()
    await reader?.read()
    const next = reader?.read()
    await eventually(() => {
      expect(app.clock.nextAt()).toBe(app.clock.now() + 15_000)
    })
    await app.clock.advance(15_000)
    expect(new TextDecoder().decode((await next)?.value)).toBe(': still here\n\n')
    await reader?.cancel()
  })

  test('a watcher that leaves, or never reads, changes nothing for the job', async () => {
    const app = testApp([writer], speaking('Hej!'))
    const id = await submitted(app)
    const leaver = (await app.http.request(`/jobs/${id}/events`)).body?.getReader()
    await leaver?.read()
    const waiting = leaver?.read()
    await leaver?.cancel()
    await waiting
    const sleeper = await app.http.request(`/jobs/${id}/events`)
    await app.execute(id)
    expect(await (await app.http.request(`/jobs/${id}`)).json()).toMatchObject({ status: 'completed' })
    expect(framesIn(await sleeper.text()).at(-1)?.event).toBe('job.completed')
    expect(app.feed.size).toBe(0)
  })

  test.each([
    ['/jobs/job_unknown/events', 404],
    ['/jobs/ID/events?after=x', 400],
  ])('refuses %s with %i', async (path, status) => {
    const app = testApp([writer], new ListedModel())
    const response = await app.http.request(path.replace('ID', await submitted(app)))
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(app.feed.size).toBe(0)
  })
})

/** A model that speaks in these pieces. */
function speaking(...pieces: readonly string[]): ListedModel {
  return new ListedModel((_request, { onText }): ModelReply => {
    for (const piece of pieces) onText?.(piece)
    return answer(pieces.join(''))
  })
}
