import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import type { JobSummary, WebhookEvent } from '#adapters/client/types.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import { STORM_TAG } from '#test/support/orders-webhook.ts'
import { deliverAll, shopMessages } from '#test/support/shop-storm.ts'

const CONNECTIONS = 50
/** Of all deliveries: then the server is killed. */
const KILLS = [0.2, 0.6]

/**
 * Kills a real server with `kill -9` in a storm of orders, each delivered twice and out of order, and looks whether each
 * led to one job.
 */
export async function webhookKillStory(start: () => Promise<ServerProcess>, orders: number): Promise<void> {
  const messages = await shopMessages(orders)
  let server = await start()
  const kills = KILLS.map((part) => Math.round(part * messages.length))
  let restarted: Promise<unknown> = Promise.resolve()
  const restart = async (): Promise<void> => {
    await server.kill('SIGKILL')
    server = await start()
  }
  const onAnswer = (count: number): void => {
    if (count === kills[0]) {
      kills.shift()
      restarted = restarted.then(restart)
    }
  }
  await deliverAll(messages, { connections: CONNECTIONS, url: () => server.url, onAnswer })
  await restarted
  deepStrictEqual(kills, [])
  await eachHasOneJob(server.url, orders)
}

/** Every order is an event that is done with one job, and there is no other job. */
export async function eachHasOneJob(url: string, orders: number): Promise<void> {
  const client = new ErrandClient({ baseUrl: url })
  const events: WebhookEvent[] = []
  for await (const event of client.webhooks.events('orders', { page_size: 200 })) events.push(event)
  strictEqual(new Set(events.map(({ eventId }) => eventId)).size, orders)
  strictEqual(events.length, orders)
  const named = events.map(({ outcome, results }) => {
    ok(outcome === 'done' || outcome === 'duplicate', outcome)
    strictEqual(results.length, 1)
    return results[0]?.type === 'submit' ? results[0].jobId : ''
  })
  const jobs: JobSummary[] = []
  for await (const job of client.list({ tag: STORM_TAG, page_size: 200 })) jobs.push(job)
  deepStrictEqual(jobs.map(({ id }) => id).sort(), named.sort())
  deepStrictEqual((await client.counts({ tag: STORM_TAG })).total, orders)
}
