import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { counter } from '#test/support/tools.ts'
import { Receiver, callback, finished, log, writer } from './receiver.ts'

const HOUR_MS = 3_600_000

describe('a callback', () => {
  test('tells what happened, thinly, signed with the secrets of the tenant', async () => {
    const sender = new Receiver()
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender })
    const id = await finished(app, { callback, tags: ['red'], metadata: { order: '7' }, batch: 'x' })
    await app.deliver(id)
    await app.deliver(id)
    expect(sender.messages).toHaveLength(1)
    const [message] = sender.messages
    expect(message).toMatchObject({
      url: callback.url,
      id: expect.stringMatching(/^msg_[0-9A-Z]{26}_1$/) as unknown,
      at: app.clock.now(),
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    })
    expect(JSON.parse(message?.body ?? '')).toEqual({
      type: 'job.completed',
      timestamp: '2096-10-02T07:06:40.000Z',
      format: 1,
      data: {
        jobId: id,
        status: 'completed',
        agent: 'writer',
        sequence: 1,
        tags: ['red'],
        metadata: { order: '7' },
        batch: 'x',
        links: { self: `/jobs/${id}` },
      },
    })
    expect(await log(app, id)).toMatchObject([{ status: 'delivered', attemptCount: 1, nextAttemptAt: null }])
  })

  test('is tried again, ever more patiently, for 72 hours, with the same id and body; then it is given up', async () => {
    const sender = new Receiver(...Array.from({ length: 50 }, () => 500))
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender })
    const id = await finished(app)
    const begun = app.clock.now()
    await app.deliver(id)
    for (;;) {
      const [delivery] = await log(app, id)
      if (delivery?.nextAttemptAt === null || delivery === undefined) break
      const due = Date.parse(delivery.nextAttemptAt)
      await app.clock.advance(due - 1 - app.clock.now())
      const before = sender.messages.length
      await app.deliver(id)
      expect(sender.messages).toHaveLength(before)
      await app.clock.advance(1)
      await app.deliver(id)
      expect(sender.messages).toHaveLength(before + 1)
    }
    const waits = sender.messages.map(({ at }) => at - begun)
    expect(waits).toHaveLength(9)
    expect(waits[1]).toBeGreaterThanOrEqual(5000)
    expect(waits.at(-1)).toBeGreaterThan(48 * HOUR_MS)
    expect(waits.at(-1)).toBeLessThanOrEqual(72 * HOUR_MS)
    expect(new Set(sender.messages.map(({ id: messageId, body }) => messageId + body)).size).toBe(1)
    expect(await log(app, id)).toMatchObject([{ status: 'failed', attemptCount: 9 }])
  })

  test.each([301, 400, 404, 500, 'The receiver did not answer in time.'])('%s is no delivery', async (outcome) => {
    const sender = new Receiver(outcome)
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender })
    const id = await finished(app)
    await app.deliver(id)
    const told = typeof outcome === 'number' ? { status: outcome, reason: null } : { status: null, reason: outcome }
    expect(await log(app, id)).toMatchObject([{ status: 'pending', attempts: [told] }])
    await app.clock.advance(6000)
    await app.deliver(id)
    expect(await log(app, id)).toMatchObject([{ status: 'delivered', attemptCount: 2 }])
  })

  test('a delivered message is sent again when it is asked for', async () => {
    const sender = new Receiver()
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender })
    const id = await finished(app)
    await app.deliver(id)
    const [delivery] = await log(app, id)
    await app.post(delivery?.links.redeliver ?? '', '', {})
    await app.deliver(id)
    expect(sender.messages.map((message) => message.id)).toEqual([delivery?.id, delivery?.id])
  })

  test('a flood of redeliveries adds no events: a message that is due is left as it is, then one in ten seconds', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender: new Receiver() })
    const id = await finished(app)
    const [message] = await log(app, id)
    const again = () => app.post(message?.links.redeliver ?? '', '', {})
    const version = async () => (await app.http.request(`/jobs/${id}`)).headers.get('etag')
    const atFirst = await version()
    for (let n = 0; n < 5; n++) expect((await again()).status).toBe(202)
    expect(await version()).toBe(atFirst)
    await app.deliver(id)
    expect((await again()).status).toBe(202)
    const requested = await version()
    expect((await again()).status).toBe(202)
    expect(await version()).toBe(requested)
    await app.deliver(id)
    await app.clock.advance(9000)
    const refused = await again()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await refused.json()).toMatchObject({ code: 'redelivered_recently', retryable: true })
  })

  test('a job has its messages sent again a hundred times at most', async () => {
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender: new Receiver() })
    const id = await finished(app)
    const [message] = await log(app, id)
    const again = () => app.post(message?.links.redeliver ?? '', '', {})
    await app.deliver(id)
    for (let n = 0; n < 100; n++) {
      expect((await again()).status).toBe(202)
      await app.deliver(id)
      await app.clock.advance(10_000)
    }
    const refused = await again()
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'redelivery_limit', retryable: false })
  })

  test('messages of one job keep their order: a later one waits for an earlier one', async () => {
    const send = counter('send', { effect: 'once' })
    const cautious = defineAgent({ name: 'cautious', instructions: '', tools: [send.tool] })
    const sender = new Receiver(500)
    const app = testApp([cautious], new ListedModel(asks({ id: 'a', name: 'send' })), { sender })
    const { id } = (await (await app.post('/jobs', { agent: 'cautious', input: 1, callback })).json()) as { id: string }
    await app.interruptAfter(id, 'tool_call.started')
    await app.execute(id)
    await app.deliver(id)
    await app.http.request(`/jobs/${id}/cancel`, { method: 'POST' })
    await app.deliver(id)
    expect(sender.messages).toHaveLength(1)
    await app.clock.advance(6000)
    await app.deliver(id)
    const told = sender.messages.map(({ body }) => JSON.parse(body) as { type: string; data: { sequence: number } })
    expect(told.map(({ type, data }) => `${String(data.sequence)} ${type}`)).toEqual([
      '1 job.waiting',
      '1 job.waiting',
      '2 job.canceled',
    ])
  })

  test('a retry of the model is nothing to call back for; only what was asked for is told', async () => {
    const sender = new Receiver()
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender })
    const id = await finished(app, { callback: { ...callback, events: ['job.failed'] } })
    await app.deliver(id)
    expect(sender.messages).toEqual([])
    expect(await log(app, id)).toEqual([])
  })

  test('keeps a job that has expired until it has arrived', async () => {
    const sender = new Receiver(500)
    const app = testApp([writer], new ListedModel(answer('Hej!')), { sender })
    const id = await finished(app, { callback, retentionSeconds: 60 })
    await app.deliver(id)
    await app.clock.advance(HOUR_MS)
    expect(await app.expire(id)).toBe(false)
    await app.deliver(id)
    expect(await app.expire(id)).toBe(true)
  })

  test('a URL that may not be called, and a tenant without a secret, are refused at once', async () => {
    const bad = testApp([writer], new ListedModel(), { sender: new Receiver() })
    const request = { agent: 'writer', input: 1, callback: { url: 'http://10.0.0.1/' } }
    const refused = await bad.post('/jobs', request)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ code: 'callback_refused', detail: 'Only https.' })
    const bare = testApp([writer], new ListedModel(), { sender: new Receiver(), policy: { callbackSecrets: [] } })
    expect((await bare.post('/jobs', { ...request, callback })).status).toBe(400)
  })

  test('a tenant’s own callback holds for jobs that name none', async () => {
    const sender = new Receiver()
    const policy = { callback: { url: 'https://tenant.example.com/', events: ['job.completed'] as const } }
    const app = testApp([writer], new ListedModel(answer('1'), answer('2')), { sender, policy })
    for (const fields of [{}, { callback }]) await app.deliver(await finished(app, fields))
    expect(sender.messages.map(({ url }) => url)).toEqual(['https://tenant.example.com/', callback.url])
  })
})
