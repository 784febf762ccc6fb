import * as z from 'zod'
import { type Tool, defineTool } from '#domain/agent/tool.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'

export function readProduct(catalog: ProductCatalog): Tool {
  return defineTool({
    name: 'read_product',
    description: 'Read one product of the shop: title, supplier text, variants and price.',
    effect: 'read',
    input: z.object({ handle: z.string().describe('Handle of the product, e.g. "linen-apron"') }),
    async run({ handle }) {
      const product = await catalog.find(handle)
      if (!product) throw new Error(`There is no product "${handle}".`)
      return { ...product }
    },
  })
}
