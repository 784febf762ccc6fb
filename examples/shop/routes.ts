import { type OwnRoutes, problem } from 'errand'
import type { ProductCatalog } from './catalog/product-catalog.ts'

export function productRoutes(catalog: ProductCatalog): OwnRoutes {
  return {
    'GET /products': {
      scope: 'read',
      summary: 'The products of the shop',
      handle: async () => Response.json({ products: await catalog.list() }),
    },
    'GET /products/{handle}': {
      scope: 'read',
      summary: 'A product and the drafts written for it',
      async handle(_request, { params: { handle = '' } }) {
        const product = await catalog.find(handle)
        if (!product) {
          const detail = `There is no product "${handle}". List them with GET /products.`
          return problem({ status: 404, code: 'product_not_found', detail })
        }
        const drafts = await catalog.drafts(handle)
        const dated = drafts.map((draft) => ({ ...draft, savedAt: new Date(draft.savedAt).toISOString() }))
        return Response.json({ ...product, drafts: dated })
      },
    },
  }
}
