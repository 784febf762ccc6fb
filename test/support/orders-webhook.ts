import { shopifyWebhook } from '#adapters/webhooks/shopify.ts'
import { submit } from '#domain/webhook/action.ts'
import { type Webhook, defineWebhook } from '#domain/webhook/webhook.ts'

export const ORDERS_SECRET = 'shpss_of_the_storm'

export const STORM_TAG = 'storm'

/** Has one job of `agent` for each order. */
export function ordersWebhook(agent: string): Webhook {
  return defineWebhook({
    name: 'orders',
    verify: shopifyWebhook({ secrets: [ORDERS_SECRET] }),
    handle: ({ payload }) => [submit(agent, payload, { tags: [STORM_TAG] })],
  })
}
