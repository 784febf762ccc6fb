import { Hono } from 'hono'
import type { GetProduct } from '#application/shop/get-product.ts'
import type { ListProducts } from '#application/shop/list-products.ts'
import { ProductNotFoundError } from '#domain/shop/errors.ts'
import type { AppEnv } from '../context.ts'
import { SEGMENT, pathParameter } from '../openapi/path-parameter.ts'
import type { Route } from '../openapi/route.ts'
import type { Tag } from '../openapi/tags.ts'
import type { Resource } from '../resource.ts'
import { ProductList, ProductWithDrafts } from '../wire/products.ts'
import { productView } from '../wire/views.ts'

export interface ProductResourceDeps {
  readonly listProducts: ListProducts
  readonly getProduct: GetProduct
}

export function productResource({ listProducts, getProduct }: ProductResourceDeps): Resource {
  const app = new Hono<AppEnv>()
    .get('/', async (c) => c.json({ products: await listProducts.execute() }))
    .get('/:handle', async (c) => {
      const { product, drafts } = await getProduct.execute(c.req.param('handle'))
      return c.json(productView(product, drafts))
    })
  return { path: '/products', routes: ROUTES, refusals: REFUSALS, app }
}

const REFUSALS = { '/products/linen-aprons': [new ProductNotFoundError('linen-aprons')] }

const SHOP: Tag = { name: 'shop', description: 'The sample shop.' }

const PRODUCT_HANDLE = pathParameter('ProductHandle', SEGMENT, {
  description: 'Handle of a product; `GET /products` lists them.',
  example: 'linen-apron',
})

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'listProducts',
    summary: 'The products of the shop',
    scope: 'read',
    tag: SHOP,
    answers: { 200: { description: 'All of them, by handle.', schema: ProductList } },
  },
  'GET /{handle}': {
    id: 'getProduct',
    summary: 'A product and the drafts written for it',
    path: { handle: PRODUCT_HANDLE },
    scope: 'read',
    tag: SHOP,
    answers: { 200: { description: 'The product.', schema: ProductWithDrafts } },
    errors: ['product_not_found'],
  },
}
