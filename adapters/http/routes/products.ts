import { Hono } from 'hono'
import type { GetProduct } from '#application/shop/get-product.ts'
import type { ListProducts } from '#application/shop/list-products.ts'
import { type AppEnv, needs } from '../context.ts'
import { productView } from '../wire/views.ts'

export function productRoutes({
  listProducts,
  getProduct,
}: {
  readonly listProducts: ListProducts
  readonly getProduct: GetProduct
}): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/', needs('read'), async (c) => c.json({ products: await listProducts.execute() }))
    .get('/:handle', needs('read'), async (c) => {
      const { product, drafts } = await getProduct.execute(c.req.param('handle'))
      return c.json(productView(product, drafts))
    })
}
