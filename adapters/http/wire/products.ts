import * as z from 'zod'
import { LANGUAGES } from '#domain/shop/product.ts'
import { timestamp } from './common.ts'
import { EXAMPLES } from './examples.ts'

const summary = z.object({ handle: z.string(), title: z.string(), vendor: z.string(), type: z.string() })

export const ProductList = z
  .object({ products: z.array(summary) })
  .meta({ id: 'ProductList', examples: [EXAMPLES.products] })

export const ProductWithDrafts = summary
  .extend({
    tags: z.array(z.string()),
    descriptionHtml: z.string(),
    price: z.string().meta({ description: "The shop's own text.", examples: ['349.00'] }),
    currency: z.string().meta({ examples: ['SEK'] }),
    variants: z.array(z.string()),
    drafts: z.array(
      z.object({ product: z.string(), language: z.enum(LANGUAGES), text: z.string(), savedAt: timestamp }),
    ),
  })
  .meta({
    id: 'Product',
    examples: [EXAMPLES.product],
    description: 'A product of the shop, and the descriptions proposed for it, newest first.',
  })
