import '@shopify/shopify-api/adapters/web-api'
import { HashFormat, createSHA256HMAC } from '@shopify/shopify-api/runtime'
import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, expect, test } from 'vitest'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import { shopifyWebhook } from '#adapters/webhooks/shopify.ts'
import { type Env, compose } from '#composition/cloudflare/app.ts'
import { DeclaredSetup } from '#composition/cloudflare/declared-setup.ts'
import { createHandler } from '#composition/cloudflare/handler.ts'
import { defineConfig } from '#composition/config/config.ts'
import type { World } from '#composition/config/world.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { schedule, submit } from '#domain/webhook/action.ts'
import { defineWebhook } from '#domain/webhook/webhook.ts'

// The whole Worker with a webhook: its routes, its logs and its jobs, each in an object of its own.

afterAll(() => reset())

const SECRET = 'shpss_of_the_shop'
const LATER = { delaySeconds: 3600 }

const config = defineConfig({
  agents: [defineAgent({ name: 'writer', instructions: '' })],
  webhooks: ({ env: { SHOP_SECRET } }: World) => [
    defineWebhook({
      name: 'shop',
      verify: shopifyWebhook({ secrets: [SHOP_SECRET] }),
      handle: ({ topic, payload }) =>
        topic === 'carts/update'
          ? [schedule('cart:1', { agent: 'writer', input: payload, when: LATER })]
          : [submit('writer', payload, { tags: ['ordered'] })],
    }),
    defineWebhook({
      name: 'till',
      verify: () => ({ refused: 'it delivers nothing' }),
      handle: () => [],
      missed: { everySeconds: 60, find: () => Promise.resolve({ events: [] }) },
    }),
  ],
})

function worker() {
  const handler = createHandler((given) => compose(given, { config }))
  const bindings = { ...env, ERRAND_OPEN: 'local-development', SHOP_SECRET: SECRET } as unknown as Env
  const send = async (url: string, init?: RequestInit): Promise<Response> => {
    const kept: Promise<unknown>[] = []
    const life = { waitUntil: (work: Promise<unknown>) => void kept.push(work) }
    const response = await handler.fetch(new Request(url, init), bindings, life)
    await Promise.all(kept)
    return response
  }
  const client = new ErrandClient({ baseUrl: 'http://localhost', fetch: send })
  /** As Shopify would, with its own library for the signature. */
  const deliver = async (eventId: string, { topic = 'orders/create', secret = SECRET, at = '' } = {}) => {
    const body = `{"id":820982911946154508,"note":"åäö 🛒"}`
    const headers = {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-event-id': eventId,
      'x-shopify-triggered-at': at,
      'x-shopify-hmac-sha256': await createSHA256HMAC(secret, body, HashFormat.Base64),
    }
    const response = await send('http://localhost/webhooks/shop', { method: 'POST', body, headers })
    return { status: response.status, answer: await response.json<{ id: string; outcome?: string; code?: string }>() }
  }
  /** What a cron does, and a first request. */
  const settle = () => new DeclaredSetup().settle(compose(bindings, { config }), bindings)
  return { client, deliver, settle }
}

describe('a webhook on Workers', () => {
  test('an event leads to its job once, however often it is delivered', async () => {
    const { client, deliver } = worker()
    const first = await deliver('e-1')
    expect(first).toMatchObject({ status: 200, answer: { outcome: 'done' } })
    expect(await deliver('e-1')).toMatchObject({ status: 200, answer: { id: first.answer.id, outcome: 'duplicate' } })
    const event = await client.webhooks.event('shop', first.answer.id)
    expect(event).toMatchObject({ deliveries: 2, results: [{ type: 'submit', agent: 'writer' }] })
    const [result] = event.results
    const jobId = result?.type === 'submit' ? result.jobId : ''
    const createdBy = { kind: 'webhook', id: 'shop', event: event.id }
    const input = { id: '820982911946154508', note: 'åäö 🛒' }
    expect(await client.get(jobId)).toMatchObject({ input, createdBy, tags: ['ordered'] })
  })

  test('deliveries of one event at once lead to one job', async () => {
    const { client, deliver } = worker()
    const answers = await Promise.all(Array.from({ length: 5 }, () => deliver('e-2')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    const event = await client.webhooks.event('shop', answers[0]?.answer.id ?? '')
    expect(event).toMatchObject({ outcome: 'done', deliveries: 5, results: [{ type: 'submit' }] })
  })

  test('a forged message is refused and leaves nothing', async () => {
    const { client, deliver } = worker()
    const before = (await client.webhooks.page('shop')).events.length
    const forged = await deliver('e-3', { secret: 'of another shop' })
    expect(forged).toMatchObject({ status: 401, answer: { code: 'webhook_refused' } })
    expect((await client.webhooks.page('shop')).events).toHaveLength(before)
  })

  test('a replay leads to a new job, once for a key', async () => {
    const { client, deliver } = worker()
    const { answer } = await deliver('e-4')
    const { results } = await client.webhooks.event('shop', answer.id)
    const again = { idempotencyKey: 'again' }
    const replayed = await client.webhooks.replay('shop', answer.id, again)
    expect(replayed).toMatchObject({ outcome: 'done', replays: 1 })
    expect(replayed.results).not.toEqual(results)
    expect((await client.webhooks.replay('shop', answer.id, again)).results).toEqual(replayed.results)
  })

  test('an older event that comes late changes no schedule', async () => {
    const { client, deliver } = worker()
    await deliver('e-5', { topic: 'carts/update', at: '2026-11-28T12:00:05Z' })
    const { nextFireAt } = await client.schedules.get('cart:1')
    const { answer } = await deliver('e-6', { topic: 'carts/update', at: '2026-11-28T12:00:01Z' })
    const late = await client.webhooks.event('shop', answer.id)
    expect(late.results).toEqual([{ type: 'schedule', scheduleId: 'cart:1', ignored: true }])
    expect((await client.schedules.get('cart:1')).nextFireAt).toBe(nextFireAt)
  })

  test('a log that has received nothing is looked after, where its webhook looks for missed events', async () => {
    const { client, settle } = worker()
    const alarmOf = (name: string) =>
      runInDurableObject(env.WEBHOOK_LOG.getByName(name), (_object, { storage }) => storage.getAlarm())
    await settle()
    expect(await alarmOf('till/default')).not.toBeNull()
    const till = (await client.webhooks.list()).find(({ name }) => name === 'till')
    expect(till?.missed).toEqual({ everySeconds: 60, sweptUntil: null, found: 0, failure: null })
    const indexed = await env.JOB_INDEX.prepare("SELECT id FROM record_index WHERE id = 'till/default'").all()
    expect(indexed.results).toHaveLength(1)
  })

  test('an unknown webhook, and an unknown event of one', async () => {
    const { client } = worker()
    expect(await client.webhooks.list()).toMatchObject([{ name: 'shop', missed: null }, { name: 'till' }])
    await expect(client.webhooks.page('desk')).rejects.toMatchObject({ code: 'webhook_not_found' })
    const unknown = client.webhooks.event('shop', 'evt_01KASH2V8ZQ5D3N6W7X8Y9Z0AB')
    await expect(unknown).rejects.toMatchObject({ code: 'webhook_event_not_found' })
  })
})
