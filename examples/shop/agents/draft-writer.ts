import { defineAgent } from 'errand'
import * as z from 'zod'
import type { ProductCatalog } from '../catalog/product-catalog.ts'
import { readProduct } from './read-product.ts'
import { saveDraft } from './save-draft.ts'

const INSTRUCTIONS = `You write product descriptions for a small shop, in Swedish and in English.

Read the product first. Then write two descriptions of 60 to 120 words, one in Swedish and one in English: the same facts,
each written as a native would. Keep every fact of the supplier text that helps a buyer (material, size, care, origin) and drop its
padding, its shouting and its repetitions. Add no fact of your own. Leave out claims about health or the environment, and anything
that contradicts the product's own data. Plain text, no headings, no emoji.

Save each description as a draft. Then answer with one sentence that says what you saved, and what the shop owner should check.`

export function draftWriter(catalog: ProductCatalog) {
  return defineAgent({
    name: 'draft-writer',
    description: 'Writes a Swedish and an English description of one product and saves both as drafts.',
    instructions: INSTRUCTIONS,
    input: z.strictObject({ product: z.string().min(1).describe('Handle of the product, e.g. "linen-apron"') }),
    tools: [readProduct(catalog), saveDraft(catalog)],
  })
}
