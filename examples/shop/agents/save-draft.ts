import { type Tool, defineTool } from 'errand'
import * as z from 'zod'
import { LANGUAGES } from '../catalog/product.ts'
import type { ProductCatalog } from '../catalog/product-catalog.ts'

export function saveDraft(catalog: ProductCatalog): Tool {
  return defineTool({
    name: 'save_draft',
    description: 'Save a product description as a draft for the shop owner to look at. Nothing is published.',
    effect: 'idempotent',
    input: z.object({
      handle: z.string().describe('Handle of the product'),
      language: z.enum(LANGUAGES).describe('"sv" for Swedish, "en" for English'),
      text: z.string().min(1).max(5000).describe('The description, plain text'),
    }),
    async run({ handle, language, text }, { idempotencyKey }) {
      await catalog.saveDraft({ product: handle, language, text }, idempotencyKey)
      return { saved: true }
    },
  })
}
