import { readFileSync } from 'node:fs'
import { type ShopifyAdminOptions } from '#adapters/shopify/admin.ts'
import { shopify } from '#adapters/shopify/shopify.ts'
import { JumpingClock } from './stand-in/jumping-clock.ts'
import { ORIGIN, ShopifyStandIn } from './stand-in/stand-in.ts'

export const SCHEMA = readFileSync(new URL('./admin-schema.graphql', import.meta.url), 'utf8')

/** A shop, and our client of it, in a time that passes only where the client waits. */
export function openShop(options: Partial<ShopifyAdminOptions> = {}) {
  const clock = new JumpingClock()
  const standIn = new ShopifyStandIn(SCHEMA, clock)
  const credentials = { accessToken: 'shpat_good' }
  return { standIn, clock, shop: shopify({ shop: ORIGIN, credentials, fetch: standIn.fetch, clock, ...options }) }
}
