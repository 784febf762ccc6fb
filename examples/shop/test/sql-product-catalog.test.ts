import { openDatabase } from 'errand/node'
import { test } from 'vitest'
import { readProducts } from '../catalog/product-file.ts'
import { SqlProductCatalog, draftTable } from '../catalog/sql-product-catalog.ts'
import { productCatalogContract } from './product-catalog.contract.ts'
import { silent } from './silent.ts'

test.each(productCatalogContract)('the catalogue in SQLite: $name', async ({ run }) => {
  const database = await openDatabase(':memory:', [draftTable])
  await run(new SqlProductCatalog({ products: readProducts({}, silent), database, now: Date.now }))
})
