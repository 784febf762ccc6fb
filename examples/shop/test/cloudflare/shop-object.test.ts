import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, test } from 'vitest'
import { RemoteProductCatalog } from '../../shop-object.ts'
import { productCatalogContract } from '../product-catalog.contract.ts'

afterAll(() => reset())

test.each(productCatalogContract)('the catalogue in an object of its own: $name', async ({ run }) => {
  const shop = crypto.randomUUID()
  await run(new RemoteProductCatalog(() => env.SAMPLE_SHOP.getByName(shop)))
})
