import type { ProductCatalog } from '#ports/product-catalog.ts'
import { productCopywriter } from './agents/product-copywriter.ts'
import { defineConfig } from './config/config.ts'
import type { World } from './config/world.ts'

/** The agents of this installation. Yours goes into `agents/` and onto this list. */
export const config = defineConfig({
  // The runtimes still hand the sample shop over by themselves.
  agents: (world) => [productCopywriter((world as World<{ readonly catalog: ProductCatalog }>).catalog)],
})
