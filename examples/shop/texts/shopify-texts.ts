import { type RuntimeWorld, type Tool, defineTool } from 'errand'
import { type Shopify, type ShopifyCredentials, ShopifyError, productTextWrite, shopify } from 'errand/shopify'
import * as z from 'zod'
import { LANGUAGES } from '../catalog/product.ts'
import { DESCRIPTION_GUARDS, descriptionFlags } from './checks.ts'

/** The shop at Shopify that the settings name; `null` where they name none. */
export function shopifyIn(env: RuntimeWorld['env']): Shopify | null {
  const shop = env['SHOPIFY_SHOP']
  return shop ? shopify({ shop, credentials: credentialsIn(env) }) : null
}

function credentialsIn(env: RuntimeWorld['env']): ShopifyCredentials {
  const accessToken = env['SHOPIFY_ACCESS_TOKEN']
  if (accessToken) return { accessToken }
  return { clientId: env['SHOPIFY_CLIENT_ID'] ?? '', clientSecret: env['SHOPIFY_CLIENT_SECRET'] ?? '' }
}

/** The copywriter's tools over a shop at Shopify, whose own language is Swedish. */
export function shopifyTexts(shop: Shopify): readonly Tool[] {
  const writes = LANGUAGES.map((locale) =>
    productTextWrite(shop, {
      name: `write_${locale}`,
      description: `Propose the description of a product in ${locale === 'sv' ? 'Swedish' : 'English'}.`,
      key: 'body_html',
      locale,
      guards: DESCRIPTION_GUARDS,
      flags: descriptionFlags(locale),
    }),
  )
  return [readTexts(shop), ...writes]
}

function readTexts(shop: Shopify): Tool {
  return defineTool({
    name: 'read_texts',
    description: 'Read one product, and its description in Swedish and in English.',
    effect: 'read',
    input: z.object({ handle: z.string().min(1) }),
    async run({ handle }, { signal }) {
      const product = await shop.products.find({ handle }, { signal })
      if (!product) throw new ShopifyError('refused', `The shop has no product "${handle}".`)
      const { id: productId, title, vendor, productType: type, descriptionHtml: sv } = product
      const english = { productId, key: 'body_html', locale: 'en' } as const
      const en = sv === '' ? null : (await shop.texts.read(english, { signal })).value
      return { handle, title, vendor, type, sv, en }
    },
  })
}
