import { type RuntimeWorld, type World, defineConfig, defineSchedule } from 'errand'
import { campaignPlanner } from './agents/campaign-planner.ts'
import { cartFollowUp } from './agents/cart-follow-up.ts'
import { demo } from './agents/demo.ts'
import { draftWriter } from './agents/draft-writer.ts'
import { productCopywriter } from './agents/product-copywriter.ts'
import { Campaigns, campaignTable } from './campaigns/campaigns.ts'
import { OutboxMailer, outboxTable } from './carts/mailer.ts'
import { missedOrders } from './carts/missed-orders.ts'
import { shopifyEvents } from './carts/shopify-events.ts'
import type { ProductCatalog } from './catalog/product-catalog.ts'
import { draftTable } from './catalog/sql-product-catalog.ts'
import { shopRoutes } from './routes.ts'
import { Descriptions, descriptionTable } from './texts/descriptions.ts'
import { sampleTexts } from './texts/sample-texts.ts'
import { shopifyIn, shopifyTexts } from './texts/shopify-texts.ts'

/** What each runtime implements in its own way: `server.ts` and `worker.ts`. */
export interface ShopPorts {
  readonly catalog: ProductCatalog
}

/** What both runtimes keep in Errand's own database. */
export const SHARED_TABLES = [campaignTable, outboxTable, descriptionTable]

export default defineConfig({
  agents: ({ env, catalog, database }: World<ShopPorts>) => [
    productCopywriter(textTools({ env, catalog, database })),
    draftWriter(catalog),
    campaignPlanner({ catalog, campaigns: new Campaigns(database), now: Date.now }),
    cartFollowUp(new OutboxMailer(database)),
  ],
  routes: ({ catalog, database }: World<ShopPorts>) =>
    shopRoutes({
      catalog,
      campaigns: new Campaigns(database),
      mailer: new OutboxMailer(database),
      descriptions: new Descriptions(database),
    }),
  // A model is paid each week, so this is on only where it is asked for.
  schedules: ({ env }) => (env['SHOP_WEEKLY_CAMPAIGN'] === 'on' ? [weeklyCampaign] : []),
  webhooks: ({ env, logger }) => (env['SHOPIFY_WEBHOOK_SECRET'] ? [eventsOfShop(env, logger)] : []),
  tables: [draftTable, ...SHARED_TABLES],
  demo,
})

function eventsOfShop(env: RuntimeWorld['env'], logger: RuntimeWorld['logger']) {
  const shop = shopifyIn(env)
  return shopifyEvents({
    secrets: [env['SHOPIFY_WEBHOOK_SECRET']],
    missed: shop && missedOrders({ shop, uri: env['SHOPIFY_WEBHOOK_URL'], logger }),
  })
}

/** Over the shop at Shopify where the settings name one, else over the sample shop. */
function textTools({ env, catalog, database }: Pick<World<ShopPorts>, 'env' | 'catalog' | 'database'>) {
  const shop = shopifyIn(env)
  return shop ? shopifyTexts(shop) : sampleTexts({ catalog, descriptions: new Descriptions(database) })
}

const weeklyCampaign = defineSchedule({
  id: 'weekly-campaign',
  agent: 'campaign-planner',
  input: {},
  when: { cron: '0 7 * * 1', timeZone: 'Europe/Stockholm' },
})
