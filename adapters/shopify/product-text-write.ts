import type { ToolContext, Tool } from '#domain/agent/tool.ts'
import { defineWrite } from '#domain/write/definition.ts'
import type { Guard } from '#domain/write/guard.ts'
import * as z from 'zod'
import { ShopifyError } from './errors.ts'
import { isSameHtml } from './same-html.ts'
import type { Shopify } from './shopify.ts'
import type { ShopifyText, ShopifyTextKey } from './texts.ts'

export interface ProductTextOptions {
  /** Of the tool that the model calls. */
  readonly name: string
  /** What the model reads; a sentence that names the text and the language unless given. */
  readonly description?: string
  readonly key: ShopifyTextKey
  /** As the shop has it, such as `sv`. */
  readonly locale: string
  /** Of the text: see `errand/guards`. */
  readonly guards?: readonly Guard[]
  readonly flags?: Readonly<Record<string, Guard>>
}

/** What is recorded of a text, before and after: it holds all that is needed to put it back. */
type Recorded = ShopifyText & { readonly productId: string }

const INPUT = z.object({
  handle: z.string().min(1).describe('Handle of the product, such as "linen-apron"'),
  text: z.string().min(1).describe('The whole new text'),
})

const NAMES: Readonly<Record<ShopifyTextKey, string>> = {
  title: 'title',
  body_html: 'description (HTML)',
  meta_title: 'title for search engines',
  meta_description: 'description for search engines',
}

/**
 * A write of one text of a product in one language. What is recorded of a translation names the source that it was made
 * from. So it is stale when a person has changed either of them, and is never written over.
 * @throws {DefinitionError} as `defineWrite`.
 */
export function productTextWrite(shop: Shopify, options: ProductTextOptions): Tool {
  const { name, key, locale, guards = [], flags = {} } = options
  const description = options.description ?? `Writes the ${NAMES[key]} of a product in the language "${locale}".`
  const placeOf = (productId: string) => ({ productId, key, locale })
  return defineWrite<z.infer<typeof INPUT>, Recorded>({
    name,
    description,
    input: INPUT,
    target: ({ handle }) => `product:${handle}:${key}:${locale}`,
    async read({ handle }, { signal }: ToolContext) {
      const product = await shop.products.find({ handle }, { signal })
      if (!product) throw new ShopifyError('refused', `The shop has no product "${handle}".`)
      return { productId: product.id, ...(await shop.texts.read(placeOf(product.id), { signal })) }
    },
    after({ handle, text }, before) {
      if (!before) throw new ShopifyError('refused', `The shop has no product "${handle}".`)
      return { ...before, value: text }
    },
    async write(_input, { before, after, signal }) {
      // Never null: where there is no text, its place is still recorded. Sent once, because a person may save a text of their
      // own while we wait: the next try looks again first.
      if (!before || !after) return {}
      const stored = await shop.texts.replace(placeOf(after.productId), { before, after }, { signal })
      return { stored: { ...after, ...stored } }
    },
    same: isSameText,
    guards: [keepsItsPlace, ...guards.map(onValue)],
    flags: Object.fromEntries(Object.entries(flags).map(([flag, guard]) => [flag, onValue(guard)])),
  })
}

function isSameText(found: Recorded | null, written: Recorded | null): boolean {
  if (!found || !written) return found === written
  const isThere = found.productId === written.productId && found.sourceDigest === written.sourceDigest
  return isThere && isSameHtml(found.value ?? '', written.value ?? '')
}

/** A person who edits a proposal edits its text: the rest says where it goes, and what it is a translation of. */
function keepsItsPlace(before: Recorded | null, after: Recorded): string | null {
  if (after.productId !== before?.productId || after.sourceDigest !== before.sourceDigest)
    return 'Only "value" may be changed; productId and sourceDigest must stay as they were proposed.'
  return typeof after.value === 'string' && after.value !== '' ? null : '"value" must be a text that is not empty.'
}

function onValue(guard: Guard): Guard<Recorded> {
  return (before, after) => guard(before?.value ?? null, after.value ?? '')
}
