import { defineConfig } from 'errand'
import { type NodeApp, createNodeApp } from 'errand/node'
import { slogan } from '#create-errand/templates/blank/agents/slogan.ts'
import { readProducts } from '../../examples/shop/catalog/product-file.ts'
import { SqlProductCatalog } from '../../examples/shop/catalog/sql-product-catalog.ts'
import shop, { type ShopPorts } from '../../examples/shop/errand.config.ts'
import { silent } from '../../examples/shop/test/silent.ts'

/** The server that the pages speak of: the sample shop, and the agent of a new project. It is open to this machine. */
export function openDocsApp(dataDir: string): Promise<NodeApp> {
  const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
  const env = {
    ERRAND_DATA_DIR: dataDir,
    ERRAND_OPEN: 'local-development',
    ERRAND_CALLBACK_SECRETS: secret,
    ERRAND_CALLBACK_HOSTS: '127.0.0.1:9',
  }
  const { agents } = shop
  const both = typeof agents === 'function' ? agents : () => agents
  const config = defineConfig<never, ShopPorts>({ ...shop, agents: (world) => [...both(world), slogan] as never })
  return createNodeApp(config, {
    env,
    ports: ({ database }) => ({
      catalog: new SqlProductCatalog({ products: readProducts({}, silent), database, now: Date.now }),
    }),
  })
}
