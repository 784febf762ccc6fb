import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { schedule, unschedule } from '#domain/webhook/action.ts'
import { defineWebhook } from '#domain/webhook/webhook.ts'
import type { VerifiedEvent } from '#domain/webhook/verified-event.ts'
import { T0 } from '#test/support/fixtures.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const MINUTE_MS = 60_000
const followUp = defineAgent({ name: 'cart-follow-up', instructions: '' })

/** Messages are the event itself, in JSON. */
const shop = defineWebhook({
  name: 'shop',
  verify: (raw) => JSON.parse(new TextDecoder().decode(raw)) as VerifiedEvent,
  handle: ({ topic, payload }) => {
    const id = `cart:${JSON.stringify(payload['token'])}`.replaceAll('"', '')
    if (topic === 'orders/create') return [unschedule(id)]
    return [schedule(id, { agent: 'cart-follow-up', input: payload, when: { delaySeconds: 3600 } })]
  },
})

let count = 0

function scene() {
  const app = testApp([followUp], new ListedModel(), { webhooks: [shop] })
  /** @param minute after T0 when it happened, whenever it comes. */
  const deliver = async (topic: string, minute: number, fields: object = {}): Promise<unknown> => {
    const event = { eventId: `e-${String(++count)}`, topic, occurredAt: T0 + minute * MINUTE_MS }
    const body = JSON.stringify({ ...event, payload: { token: 't1', ...fields } })
    const headers = { 'content-type': 'application/json' }
    const response = await app.http.request('/webhooks/shop', { method: 'POST', body, headers })
    expect(response.status).toBe(200)
    return response.json()
  }
  const inputs = async (): Promise<readonly unknown[]> => {
    const page = (await (await app.http.request('/jobs')).json()) as { jobs: { id: string }[] }
    return Promise.all(
      page.jobs.map(
        async ({ id }) => ((await (await app.http.request(`/jobs/${id}`)).json()) as { input: unknown }).input,
      ),
    )
  }
  /** Lets minutes pass, and the schedule fire if it is due. */
  const pass = async (minutes: number): Promise<void> => {
    await app.clock.advance(minutes * MINUTE_MS)
    await app.wakeSchedule('default', 'cart:t1')
  }
  return { app, deliver, inputs, pass }
}

test('three changes of a cart are one job, an hour after the last, with what was in it then', async () => {
  const { deliver, inputs, pass } = scene()
  for (const items of [1, 2, 3]) {
    await deliver('checkouts/update', items * 10, { items })
    await pass(10)
  }
  await pass(49)
  expect(await inputs()).toEqual([])
  await pass(1)
  expect(await inputs()).toEqual([{ token: 't1', items: 3 }])
})

test('a cart that was ordered leads to no job, also when a change of before comes after', async () => {
  const { app, deliver, inputs, pass } = scene()
  await deliver('checkouts/update', 0)
  await pass(10)
  await deliver('orders/create', 10)
  await deliver('checkouts/update', 5)
  await pass(120)
  expect(await inputs()).toEqual([])
  const log = (await (await app.http.request('/webhooks/shop/events')).json()) as { events: { results: unknown }[] }
  expect(log.events.flatMap(({ results }) => results)).toContainEqual({
    type: 'schedule',
    scheduleId: 'cart:t1',
    ignored: true,
  })
})

test('an order that comes before the change of the cart leads to no job either', async () => {
  const { deliver, inputs, pass } = scene()
  await deliver('orders/create', 10)
  await deliver('checkouts/update', 5)
  await pass(120)
  expect(await inputs()).toEqual([])
})

test('a late, older change neither overwrites a newer one nor starts it again after it fired', async () => {
  const { deliver, inputs, pass } = scene()
  await deliver('checkouts/update', 10, { items: 2 })
  await deliver('checkouts/update', 5, { items: 1 })
  await pass(60)
  expect(await inputs()).toEqual([{ token: 't1', items: 2 }])
  await deliver('checkouts/update', 7, { items: 9 })
  await pass(120)
  expect(await inputs()).toHaveLength(1)
})
