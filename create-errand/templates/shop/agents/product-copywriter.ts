import { defineAgent, defineTool } from 'errand'
import * as z from 'zod'
import type { Shop } from '../shop.ts'

/** The shop comes from outside, so that a test can hand in another one. */
export function productCopywriter(shop: Shop) {
  const readProduct = defineTool({
    name: 'read_product',
    description: 'Read the facts of a product.',
    effect: 'read',
    input: z.object({ product: z.string().describe('Handle, e.g. "linen-apron"') }),
    run: async ({ product }) => (await shop.find(product)) ?? { problem: `There is no product "${product}".` },
  })

  const saveDescription = defineTool({
    name: 'save_description',
    description: 'Save the description of a product.',
    // After a crash during the call it is made again, with the same key.
    effect: 'idempotent',
    input: z.object({ product: z.string(), text: z.string() }),
    async run({ product, text }) {
      await shop.describe(product, text)
      return { saved: true }
    },
  })

  return defineAgent({
    name: 'product-copywriter',
    description: 'Writes the description of a product.',
    instructions: 'Read the product. Write a description of at most 60 words from its facts alone. Save it.',
    input: z.object({ product: z.string() }),
    tools: [readProduct, saveDescription],
  })
}
