import { describe, expect, test } from 'vitest'
import { submit } from '#domain/webhook/action.ts'
import { ListedModel } from '#test/support/script.ts'
import { event, openWebhook } from '#test/support/webhook-scene.ts'
import { type Fetch, type SceneOptions, collect, scene } from './scene.ts'

const shop = openWebhook({
  filter: ({ topic }) => (topic === 'products/update' ? 'our own write' : null),
  handle: ({ payload }) => [submit('writer', payload)],
})

/** A client of a server that has received these events, a millisecond apart. */
async function received(topics: readonly string[], options: SceneOptions = {}) {
  const made = scene(new ListedModel(), { ...options, webhooks: [shop] })
  for (const [n, topic] of topics.entries()) {
    await made.app.clock.advance(1)
    await made.app.post('/webhooks/shop', event({ eventId: `e-${String(n)}`, topic }))
  }
  made.asked.length = 0
  return made
}

/** The server does what each of the first POSTs asks for, and its answer does not arrive. */
function losesAnswers(times: number) {
  let left = times
  return (send: Fetch): Fetch =>
    async (url, init) => {
      const answer = await send(url, init)
      if (init.method === 'POST' && left-- > 0) throw new TypeError('fetch failed')
      return answer
    }
}

describe('client.webhooks', () => {
  test('lists the webhooks, and the events of one over as many pages as there are', async () => {
    const { client, asked } = await received(['orders/create', 'products/update', 'orders/create'])
    expect(await client.webhooks.list()).toMatchObject([{ name: 'shop', filtered: true }])
    const all = await collect(client.webhooks.events('shop', { page_size: 2 }))
    expect(all.map(({ eventId }) => eventId)).toEqual(['e-2', 'e-1', 'e-0'])
    expect(asked).toEqual(['GET /webhooks', 'GET /webhooks/shop/events', 'GET /webhooks/shop/events'])
    const filtered = await collect(client.webhooks.events('shop', { outcome: 'filtered', topic: 'products/update' }))
    expect(filtered).toMatchObject([{ eventId: 'e-1', reason: 'our own write' }])
  })

  test('shows one event, and replays it once however often the request is repeated', async () => {
    const { client } = await received(['orders/create'])
    const [first] = await collect(client.webhooks.events('shop'))
    const id = first?.id ?? ''
    expect(await client.webhooks.event('shop', id)).toEqual(first)
    const again = { idempotencyKey: 'after the fix' }
    expect(await client.webhooks.replay('shop', id, again)).toMatchObject({ outcome: 'done', replays: 1 })
    await client.webhooks.replay('shop', id, again)
    expect((await client.counts()).total).toBe(2)
    await client.webhooks.replay('shop', id)
    expect((await client.counts()).total).toBe(3)
  })

  test('repeats a replay whose answer was lost, and there is one more job', async () => {
    const { client, asked } = await received(['orders/create'], { through: losesAnswers(2) })
    const [first] = await collect(client.webhooks.events('shop'))
    await client.webhooks.replay('shop', first?.id ?? '')
    expect(asked.filter((request) => request.startsWith('POST'))).toHaveLength(3)
    expect((await client.counts()).total).toBe(2)
  })

  test('rejects with the words of the server', async () => {
    const { client } = await received([])
    await expect(client.webhooks.page('till')).rejects.toMatchObject({
      code: 'webhook_not_found',
      status: 404,
      message: 'There is no webhook "till".',
    })
  })
})
