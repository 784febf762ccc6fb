import { serve } from 'errand/node'
import { readProducts } from './catalog/product-file.ts'
import { SqlProductCatalog } from './catalog/sql-product-catalog.ts'
import config from './errand.config.ts'

await serve(config, {
  // The products come from a file. The drafts are in Errand's database.
  ports: ({ env, database, logger }) => ({
    catalog: new SqlProductCatalog({ products: readProducts(env, logger), database, now: Date.now }),
  }),
})
