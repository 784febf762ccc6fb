import { type World, defineConfig } from 'errand'
import { productCopywriter } from './agents/product-copywriter.ts'
import { demo } from './agents/demo.ts'
import type { ProductCatalog } from './catalog/product-catalog.ts'
import { draftTable } from './catalog/sql-product-catalog.ts'
import { productRoutes } from './routes.ts'

/** What each runtime implements in its own way: `server.ts` and `worker.ts`. */
export interface ShopPorts {
  readonly catalog: ProductCatalog
}

export default defineConfig({
  agents: ({ catalog }: World<ShopPorts>) => [productCopywriter(catalog)],
  routes: ({ catalog }: World<ShopPorts>) => productRoutes(catalog),
  tables: [draftTable],
  demo,
})
