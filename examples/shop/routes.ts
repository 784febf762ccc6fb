import { type OwnRoutes, problem } from 'errand'
import * as z from 'zod'
import type { Campaigns } from './campaigns/campaigns.ts'
import type { OutboxMailer } from './carts/mailer.ts'
import { LANGUAGES } from './catalog/product.ts'
import type { ProductCatalog } from './catalog/product-catalog.ts'
import type { Descriptions } from './texts/descriptions.ts'

const MOST_CAMPAIGNS = 52
const UNSUBSCRIBED = z.strictObject({ email: z.email() })

export interface ShopRoutesPorts {
  readonly catalog: ProductCatalog
  readonly campaigns: Campaigns
  readonly mailer: OutboxMailer
  readonly descriptions: Descriptions
}

export function shopRoutes({ catalog, campaigns, mailer, descriptions }: ShopRoutesPorts): OwnRoutes {
  return { ...productRoutes(catalog, descriptions), ...campaignRoutes(campaigns), ...messageRoutes(mailer) }
}

function campaignRoutes(campaigns: Campaigns): OwnRoutes {
  return {
    'GET /campaigns': {
      scope: 'read',
      summary: 'The campaigns that were approved, newest first',
      handle: async () => Response.json({ campaigns: await campaigns.latest(MOST_CAMPAIGNS) }),
    },
  }
}

function messageRoutes(mailer: OutboxMailer): OwnRoutes {
  return {
    'GET /messages': {
      scope: 'read',
      summary: 'The messages that were approved and sent',
      handle: async () => Response.json({ messages: await mailer.sent() }),
    },
    'POST /unsubscribed': {
      scope: 'submit',
      summary: 'An address that is no longer written to',
      body: UNSUBSCRIBED,
      async handle(_request, { body }) {
        await mailer.unsubscribe((body as z.infer<typeof UNSUBSCRIBED>).email)
        return new Response(null, { status: 204 })
      },
    },
  }
}

function productRoutes(catalog: ProductCatalog, descriptions: Descriptions): OwnRoutes {
  return {
    'GET /products': {
      scope: 'read',
      summary: 'The products of the shop',
      handle: async () => Response.json({ products: await catalog.list() }),
    },
    'GET /products/{handle}': {
      scope: 'read',
      summary: 'A product, the descriptions that were applied to it, and its drafts',
      async handle(_request, { params: { handle = '' } }) {
        const product = await catalog.find(handle)
        if (!product) {
          const detail = `There is no product "${handle}". List them with GET /products.`
          return problem({ status: 404, code: 'product_not_found', detail })
        }
        const drafts = await catalog.drafts(handle)
        const dated = drafts.map((draft) => ({ ...draft, savedAt: new Date(draft.savedAt).toISOString() }))
        const [sv, en] = await Promise.all(LANGUAGES.map((language) => descriptions.find(handle, language)))
        return Response.json({ ...product, descriptions: { sv, en }, drafts: dated })
      },
    },
  }
}
