import { type MissedEvents, type Webhook, defineWebhook, schedule, shopifyWebhook, unschedule } from 'errand'
import * as z from 'zod'
import type { Cart } from './cart.ts'

/** The part of Shopify's checkout that we need (https://shopify.dev/docs/api/admin-rest/latest/resources/abandoned-checkouts). */
const CHECKOUT = z.object({
  token: z.string().min(1),
  email: z.email(),
  buyer_accepts_marketing: z.literal(true),
  customer_locale: z.string().nullish(),
  abandoned_checkout_url: z.url(),
  line_items: z.array(z.object({ title: z.string(), quantity: z.number() })).min(1),
})

const ORDER = z.object({ checkout_token: z.string().min(1) })

/** Shopify also says that a checkout has changed when its order came, and may say so after the order. */
const BOUGHT = z.object({ token: z.string().min(1), completed_at: z.string().min(1) })

const HOUR_S = 3600
const QUIET = { from: '21:00', to: '08:00', timeZone: 'Europe/Stockholm' }

export interface ShopifyEventsOptions {
  readonly secrets: readonly (string | undefined)[]
  readonly missed: MissedEvents | null
}

/** A cart gets its follow-up an hour after its last change, and none if the order came. */
export function shopifyEvents({ secrets, missed }: ShopifyEventsOptions): Webhook {
  return defineWebhook({
    name: 'shopify',
    verify: shopifyWebhook({ secrets }),
    // An order is created once, and its API does not know the id of the delivery.
    identity: ({ topic, payload }) => (topic === 'orders/create' ? orderId(payload) : null),
    ...(missed && { missed }),
    handle({ topic, payload }) {
      if (topic === 'orders/create') {
        const order = ORDER.safeParse(payload)
        return order.success ? [unschedule(`cart:${order.data.checkout_token}`)] : []
      }
      if (topic !== 'checkouts/create' && topic !== 'checkouts/update') return []
      const bought = BOUGHT.safeParse(payload)
      if (bought.success) return [unschedule(`cart:${bought.data.token}`)]
      // One without an address or without consent is no cart that we may write to.
      const checkout = CHECKOUT.safeParse(payload)
      return checkout.success ? [followUp(checkout.data)] : []
    },
  })
}

function followUp(checkout: z.infer<typeof CHECKOUT>) {
  const { token, email, customer_locale: locale, abandoned_checkout_url: url, line_items: items } = checkout
  const input: Cart = { email, language: locale?.startsWith('sv') === false ? 'en' : 'sv', items, url }
  return schedule(`cart:${token}`, {
    agent: 'cart-follow-up',
    input,
    when: { delaySeconds: HOUR_S },
    quietHours: QUIET,
    // One message to an address in three days, however many carts it leaves.
    limit: { key: `contact:${email.toLowerCase()}`, max: 1, perSeconds: 72 * HOUR_S },
  })
}

function orderId({ id }: { readonly id?: unknown }): string | null {
  return typeof id === 'number' || typeof id === 'string' ? String(id) : null
}
