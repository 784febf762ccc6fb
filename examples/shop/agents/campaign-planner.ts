import { defineAgent, defineTool, defineWrite } from 'errand'
import { lengthBetween } from 'errand/guards'
import * as z from 'zod'
import type { ProductCatalog } from '../catalog/product-catalog.ts'
import type { Campaign, Campaigns } from '../campaigns/campaigns.ts'
import { dateIn, weekOf } from '../campaigns/week.ts'

const INSTRUCTIONS = `You plan the weekly campaign of a small shop: a banner for its front page, and a landing page.

Read the week first: today's date, the week to plan, and the campaigns of the last weeks. Then list the products. Choose three to
five that fit the season, and that were not in the last weeks. Write the banner (title and one sentence) and the landing page in
Swedish, plain HTML with <h1>, <p> and links to /products/<handle>. Invent no discount, no price and no fact about a product.

Propose the campaign. Then say in one sentence what you chose and why.`

const TIME_ZONE = 'Europe/Stockholm'
const LOOKS_BACK = 6

const CAMPAIGN = z.object({
  week: z
    .string()
    .regex(/^\d{4}-W\d\d$/)
    .describe('The week, as read_week gave it'),
  banner: z.object({ title: z.string().min(1).max(60), text: z.string().min(1).max(200) }),
  landingPage: z.object({ title: z.string().min(1).max(100), html: z.string().min(1).max(20_000) }),
  products: z.array(z.string()).min(1).max(12).describe('Handles of the products on the page'),
})

export interface CampaignPlannerPorts {
  readonly catalog: ProductCatalog
  readonly campaigns: Campaigns
  readonly now: () => number
}

/** Runs each Monday morning (errand.config.ts) and proposes; a person approves. */
export function campaignPlanner({ catalog, campaigns, now }: CampaignPlannerPorts) {
  const readWeek = defineTool({
    name: 'read_week',
    description: "Today's date, the week that is planned, and the campaigns of the last weeks, newest first.",
    effect: 'read',
    input: z.object({}),
    async run() {
      const today = dateIn(TIME_ZONE, now())
      const recent = await campaigns.latest(LOOKS_BACK)
      return {
        today,
        week: weekOf(today),
        recent: recent.map(({ week, banner, products }) => ({ week, banner, products: [...products] })),
      }
    },
  })
  const listProducts = defineTool({
    name: 'list_products',
    description: 'All products of the shop: handle, title, vendor and type.',
    effect: 'read',
    input: z.object({}),
    run: async () => (await catalog.list()).map((product) => ({ ...product })),
  })
  return defineAgent({
    name: 'campaign-planner',
    description: "Proposes the week's campaign: banner, landing page and products.",
    instructions: INSTRUCTIONS,
    input: z.strictObject({}),
    tools: [readWeek, listProducts, proposeCampaign(campaigns)],
  })
}

function proposeCampaign(campaigns: Campaigns) {
  return defineWrite<z.infer<typeof CAMPAIGN>, Campaign>({
    name: 'propose_campaign',
    description: 'Propose the campaign of a week. The shop owner approves it.',
    input: CAMPAIGN,
    target: ({ week }) => `campaign:${week}`,
    read: ({ week }) => campaigns.find(week),
    after: ({ banner, landingPage, products }) => ({ banner, landingPage, products }),
    write: ({ week }, { after }) => campaigns.put(week, after),
    guards: [
      (before, { landingPage: { html } }) => lengthBetween(100, 8000)(before?.landingPage.html ?? null, html),
      linksToItsProducts,
    ],
  })
}

/** A page that does not lead to its products sells none. */
function linksToItsProducts(_before: Campaign | null, { landingPage, products }: Campaign): string | null {
  const missing = products.filter((handle) => !landingPage.html.includes(`/products/${handle}`))
  return missing.length === 0
    ? null
    : `The landing page must link to /products/ of each product; it lacks ${missing.join(', ')}.`
}
