import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'
import { Receiver, callback, finished, log, writer } from './receiver.ts'

describe('a receiver that answers 410', () => {
  test('410 ends it, until somebody asks for the message again', async () => {
    const sender = new Receiver(410)
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender })
    const id = await finished(app)
    await app.deliver(id)
    const [gone] = await log(app, id)
    expect(gone).toMatchObject({ status: 'gone', nextAttemptAt: null })
    expect((await app.post(gone?.links.redeliver ?? '', '', {})).status).toBe(202)
    await app.deliver(id)
    expect(await log(app, id)).toMatchObject([{ status: 'delivered' }])
    expect((await app.post(`/jobs/${id}/deliveries/msg_x/redeliver`, '', {})).status).toBe(404)
  })

  test('410 silences the messages that wait behind it, and those that come after', async () => {
    const send = counter('send', { effect: 'once' })
    const cautious = defineAgent({ name: 'cautious', instructions: '', tools: [send.tool] })
    const sender = new Receiver(500, 410)
    const app = testApp([cautious], new ListedModel(asks({ id: 'a', name: 'send' }), answer('Done.')), { sender })
    const { id } = (await (await app.post('/jobs', { agent: 'cautious', input: 1, callback })).json()) as { id: string }
    await app.interruptAfter(id, 'tool_call.started')
    await app.execute(id)
    await app.deliver(id)
    await app.http.request(`/jobs/${id}/cancel`, { method: 'POST' })
    await app.clock.advance(6000)
    await app.deliver(id)
    await app.deliver(id)
    expect(sender.messages).toHaveLength(2)
    const [first, behind] = await log(app, id)
    expect(first).toMatchObject({ status: 'gone', attempts: [{ status: 500 }, { status: 410 }] })
    const reason = expect.stringContaining('Not sent: the receiver has said') as string
    expect(behind).toMatchObject({ status: 'gone', nextAttemptAt: null, attempts: [{ status: null, reason }] })
  })

  test('what happens after a 410 is not told, and the log says why', async () => {
    const send = counter('send', { effect: 'once' })
    const cautious = defineAgent({ name: 'cautious', instructions: '', tools: [send.tool] })
    const sender = new Receiver(410)
    const app = testApp([cautious], new ListedModel(asks({ id: 'a', name: 'send' })), { sender })
    const { id } = (await (await app.post('/jobs', { agent: 'cautious', input: 1, callback })).json()) as { id: string }
    await app.interruptAfter(id, 'tool_call.started')
    await app.execute(id)
    await app.deliver(id)
    await app.http.request(`/jobs/${id}/cancel`, { method: 'POST' })
    await app.deliver(id)
    expect(sender.messages).toHaveLength(1)
    const reason = expect.stringContaining('Not sent') as string
    expect((await log(app, id))[1]).toMatchObject({ status: 'gone', attempts: [{ status: null, reason }] })
  })

  test('a tenant’s own callback that has gone stays silent for its later jobs, until somebody asks for a message', async () => {
    const sender = new Receiver(410)
    const policy = { callback: { url: 'https://tenant.example.com/', events: ['job.completed'] as const } }
    const models = new ListedModel(...Array.from({ length: 4 }, () => answer('Hej!')))
    const app = testApp([writer], models, { sender, policy })
    const told = async (fields = {}) => {
      const id = await finished(app, fields)
      await app.deliver(id)
      return id
    }
    await told()
    const silent = await told()
    expect(sender.messages).toHaveLength(1)
    const [message] = await log(app, silent)
    const reason = expect.stringContaining('Not sent: the receiver has said') as string
    expect(message).toMatchObject({ status: 'gone', nextAttemptAt: null, attempts: [{ status: null, reason }] })
    await told({ callback })
    expect(sender.messages.map(({ url }) => url)).toEqual(['https://tenant.example.com/', callback.url])
    expect((await app.post(message?.links.redeliver ?? '', '', {})).status).toBe(202)
    await app.deliver(silent)
    await told()
    expect(sender.messages).toHaveLength(4)
    expect(await log(app, silent)).toMatchObject([{ status: 'delivered', attemptCount: 1 }])
  })
})
