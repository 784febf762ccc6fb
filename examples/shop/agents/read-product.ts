import { type Tool, defineTool } from 'errand'
import * as z from 'zod'
import { ProductNotFoundError } from '../catalog/product.ts'
import type { ProductCatalog } from '../catalog/product-catalog.ts'

export function readProduct(catalog: ProductCatalog): Tool {
  return defineTool({
    name: 'read_product',
    description: 'Read one product of the shop: title, supplier text, variants and price.',
    effect: 'read',
    input: z.object({ handle: z.string().describe('Handle of the product, e.g. "linen-apron"') }),
    async run({ handle }) {
      const product = await catalog.find(handle)
      if (!product) throw new ProductNotFoundError(handle)
      return { ...product }
    },
  })
}
