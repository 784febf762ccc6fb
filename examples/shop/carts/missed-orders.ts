import type { MissedEvents, RuntimeWorld } from 'errand'
import type { Shopify, ShopifyOrder } from 'errand/shopify'

export const TOPICS = ['checkouts/create', 'checkouts/update', 'orders/create'] as const

export interface MissedOrdersPorts {
  readonly shop: Shopify
  /** Where Shopify delivers; without it the subscriptions are left alone. */
  readonly uri: string | undefined
  readonly logger: RuntimeWorld['logger']
}

/**
 * A customer who has bought must get no message, also where Shopify's message about the order was lost. So the orders are
 * asked for, well within the hour that a follow-up waits. A lost cart costs no more than its follow-up.
 */
export function missedOrders({ shop, uri, logger }: MissedOrdersPorts): MissedEvents {
  return {
    everySeconds: 900,
    async find({ sinceAt, page, signal }) {
      if (page === null && uri !== undefined) await ensured({ shop, uri, logger }, signal)
      const { orders, next } = await shop.orders.page({
        updatedSince: new Date(sinceAt).toISOString(),
        after: page,
        signal,
      })
      return { events: orders.map(created), next }
    },
  }
}

/** A refusal of Shopify's must not keep the orders from being looked for. */
async function ensured({ shop, uri, logger }: MissedOrdersPorts & { uri: string }, signal: AbortSignal): Promise<void> {
  try {
    const missing = await shop.subscriptions.ensure({ uri, topics: TOPICS }, { signal })
    if (missing.length > 0)
      logger.warn('Shopify had no webhook subscriptions for these; it has now.', { missing: [...missing] })
  } catch (error) {
    logger.error('The webhook subscriptions could not be looked at.', error)
  }
}

/**
 * As Shopify's webhook says it, as far as we read it. The API leaves the fraction of the second out, and the order came
 * after what its cart did in that second.
 */
function created({ id, legacyResourceId, checkoutToken, createdAt }: ShopifyOrder) {
  return {
    eventId: id,
    topic: 'orders/create',
    occurredAt: Date.parse(createdAt) + 999,
    payload: { id: legacyResourceId, checkout_token: checkoutToken },
  }
}
