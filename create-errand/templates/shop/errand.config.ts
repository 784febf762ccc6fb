import { defineConfig } from 'errand'
import { productCopywriter } from './agents/product-copywriter.ts'
import { createShop } from './shop.ts'

export default defineConfig({ agents: () => [productCopywriter(createShop())] })
