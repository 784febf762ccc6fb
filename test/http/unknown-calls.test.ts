import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'
import { Receiver, callback } from './receiver.ts'

interface Body {
  readonly id: string
  readonly code?: string
  readonly detail?: string
}

const CALL = { callId: 'a/1', name: 'send' }

/** A job that was canceled while it waited to be told of a call. */
async function canceled() {
  const send = counter('send', { effect: 'once' })
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [send.tool] })
  const sender = new Receiver()
  const model = new ListedModel(asks({ id: CALL.callId, name: CALL.name, input: { to: 'x' } }), answer('Done.'))
  const app = testApp([writer], model, { sender })
  const { id } = await bodyOf(app.post('/jobs', { agent: 'writer', input: 1, callback }))
  await app.interruptAfter(id, 'tool_call.started')
  await app.execute(id)
  const response = await app.post(`/jobs/${id}/cancel`, '')
  return { app, id, sender, response, path: `/jobs/${id}` }
}

async function bodyOf(response: Response | Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body
}

const remove = (app: TestApp, path: string) => app.http.request(path, { method: 'DELETE' })

describe('a job that has ended with a call of unknown outcome', () => {
  test('lists the call, with what it was called with and where to resolve it', async () => {
    const { app, path, response } = await canceled()
    const resolve = `${path}/calls/a%2F1/resolve`
    const startedAt = '2096-10-02T07:06:40.000Z'
    const unknownCalls = [{ ...CALL, input: { to: 'x' }, startedAt, links: { resolve } }]
    expect(response.status).toBe(200)
    expect(await bodyOf(response)).toMatchObject({ status: 'canceled', unknownCalls })
    expect(await bodyOf(app.http.request(path))).toMatchObject({ status: 'canceled', unknownCalls })
  })

  test('shows it to readers alone', async () => {
    const { app, path } = await canceled()
    const of = async (scope: 'submit' | 'read') => ({ authorization: `Bearer ${await app.key('default', [scope])}` })
    const [submitter, reader] = [await of('submit'), await of('read')]
    expect(await bodyOf(app.http.request(path, { headers: submitter }))).not.toHaveProperty('unknownCalls')
    expect(await bodyOf(app.http.request(path, { headers: reader }))).toHaveProperty('unknownCalls')
  })

  test('is neither retried nor deleted until the call is resolved', async () => {
    const { app, id, path } = await canceled()
    const detail = `Job ${id} ended with calls whose outcome is not known: "a/1" of send. Resolve each with POST /jobs/{id}/calls/{callId}/resolve first.`
    for (const refused of [await app.post(`${path}/retry`, ''), await remove(app, path)]) {
      expect(refused.status).toBe(409)
      expect(await refused.json()).toMatchObject({ code: 'outcome_unknown', retryable: false, detail })
    }
    const resolved = await app.post(`${path}/calls/a%2F1/resolve`, { outcome: 'happened', result: { sent: true } })
    expect(resolved.status).toBe(200)
    expect(await bodyOf(resolved)).not.toHaveProperty('unknownCalls')
    expect(await bodyOf(app.http.request(path))).not.toHaveProperty('unknownCalls')
    expect((await app.post(`${path}/retry`, '')).status).toBe(202)
    expect((await remove(app, path)).status).toBe(204)
  })

  test('cannot fail any more', async () => {
    const { app, path } = await canceled()
    const refused = await app.post(`${path}/calls/a%2F1/resolve`, { outcome: 'fail' })
    expect([refused.status, (await bodyOf(refused)).code]).toEqual([409, 'job_finished'])
  })

  test('names it in its last event', async () => {
    const { app, path } = await canceled()
    const events = await (await app.http.request(`${path}/events`)).text()
    const last = events.split('\n\n').find((block) => block.includes('event: job.canceled'))
    expect(JSON.parse(/^data: (.*)$/m.exec(last ?? '')?.[1] ?? '{}')).toMatchObject({ unknownCalls: [CALL] })
  })

  test('names it in its messages, which stay the same when it is resolved', async () => {
    const { app, id, path, sender } = await canceled()
    sender.outcomes.push(204, 500)
    await app.deliver(id)
    await app.deliver(id)
    await app.post(`${path}/calls/a%2F1/resolve`, { outcome: 'did_not_happen' })
    await app.clock.advance(10_000)
    await app.deliver(id)
    const [waiting, first, second] = sender.messages.map(({ body }) => body)
    expect(JSON.parse(waiting ?? '')).toMatchObject({ type: 'job.waiting', data: { unknownCalls: [CALL] } })
    expect(JSON.parse(first ?? '')).toMatchObject({ type: 'job.canceled', data: { unknownCalls: [CALL] } })
    expect(second).toBe(first)
  })
})
