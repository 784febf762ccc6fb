import { type Tool, defineAgent } from 'errand'
import * as z from 'zod'
import { LANGUAGES } from '../catalog/product.ts'

const INSTRUCTIONS = `You write the description of one product of a small shop, in one language: "sv" is Swedish, "en" is English. Without a language
it is Swedish.

Read the product first. For Swedish, rewrite the Swedish text: clear and calm, every fact kept, no fact added. For English, translate
the Swedish text as a native would write it; it is the one that the shop owner has approved. Keep the HTML: headings, lists, links,
images and tables stay. Keep every number with its unit. Make no claim about health or the environment.

Propose the text with the tool of that language, once. Then say in one sentence what you changed. If the tool says that something is
missing, mend that and propose again.`

/** Proposes; a person approves, and can undo. Swedish first, then English from the approved Swedish. */
export function productCopywriter(tools: readonly Tool[]) {
  return defineAgent({
    name: 'product-copywriter',
    description: 'Writes a new description of one product in one language, and proposes it to the shop owner.',
    instructions: INSTRUCTIONS,
    input: z.strictObject({
      product: z.string().min(1).describe('Handle of the product, e.g. "linen-apron"'),
      language: z
        .enum(LANGUAGES)
        .optional()
        .describe('"sv" unless given. English is made from the Swedish of the shop'),
    }),
    tools,
  })
}
