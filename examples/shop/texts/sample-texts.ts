import { type Tool, defineTool, defineWrite } from 'errand'
import * as z from 'zod'
import type { ProductCatalog } from '../catalog/product-catalog.ts'
import { LANGUAGES, type Language, ProductNotFoundError } from '../catalog/product.ts'
import { DESCRIPTION_GUARDS, descriptionFlags } from './checks.ts'
import type { Descriptions } from './descriptions.ts'

const TEXT = z.object({
  handle: z.string().min(1).describe('Handle of the product, e.g. "linen-apron"'),
  text: z.string().min(1).describe('The whole new description, HTML'),
})

export interface SampleTexts {
  readonly catalog: ProductCatalog
  readonly descriptions: Descriptions
}

/** The copywriter's tools over the sample shop. */
export function sampleTexts(shop: SampleTexts): readonly Tool[] {
  return [readTexts(shop), ...LANGUAGES.map((language) => writeText(shop, language))]
}

function readTexts({ catalog, descriptions }: SampleTexts): Tool {
  return defineTool({
    name: 'read_texts',
    description: 'Read one product, and its description in Swedish and in English.',
    effect: 'read',
    input: z.object({ handle: z.string().min(1) }),
    async run({ handle }) {
      const product = await catalog.find(handle)
      if (!product) throw new ProductNotFoundError(handle)
      const { title, vendor, type, descriptionHtml } = product
      const [sv, en] = await Promise.all(LANGUAGES.map((language) => descriptions.find(handle, language)))
      return { handle, title, vendor, type, sv: sv ?? descriptionHtml, en: en ?? null }
    },
  })
}

function writeText({ catalog, descriptions }: SampleTexts, language: Language): Tool {
  return defineWrite<z.infer<typeof TEXT>, string>({
    name: `write_${language}`,
    description: `Propose the description of a product in ${language === 'sv' ? 'Swedish' : 'English'}.`,
    input: TEXT,
    target: ({ handle }) => `product:${handle}:description:${language}`,
    async read({ handle }) {
      const product = await catalog.find(handle)
      if (!product) throw new ProductNotFoundError(handle)
      const own = await descriptions.find(handle, language)
      // Until the shop has a Swedish text of its own, the supplier's is shown.
      return own ?? (language === 'sv' ? product.descriptionHtml : null)
    },
    after: ({ text }) => text,
    write: ({ handle }, { after }) => descriptions.put(handle, language, after),
    guards: DESCRIPTION_GUARDS,
    flags: descriptionFlags(language),
  })
}
