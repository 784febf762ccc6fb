import * as z from 'zod'
import type { HeldRequest, ShopifyAdmin, ShopifyRequest } from './admin.ts'
import { LOCALES, REGISTER_TRANSLATIONS, REMOVE_TRANSLATIONS, TRANSLATABLE, UPDATE_PRODUCT } from './documents.ts'
import { ShopifyError } from './errors.ts'
import { REMEDIES, USER_ERRORS, type UserErrors, parse, refuseUserErrors } from './parse.ts'

/** The texts of a product, by the keys that Shopify's translations have for them. */
export type ShopifyTextKey = 'title' | 'body_html' | 'meta_title' | 'meta_description'

/** One text of one product in one language. */
export interface ShopifyTextPlace {
  /** `gid://shopify/Product/…` */
  readonly productId: string
  readonly key: ShopifyTextKey
  /** As the shop has it, such as `sv` or `pt-BR`. */
  readonly locale: string
}

export interface ShopifyText {
  /** `null` where this language has none. */
  readonly value: string | null
  /**
   * Shopify's digest of the text in the shop's own language, which a translation is made from; `null` for that language
   * itself. It changes with the text, and Shopify then refuses the translation.
   */
  readonly sourceDigest: string | null
}

const SHOP_LOCALES = z.object({
  shopLocales: z.array(
    z.object({ locale: z.string(), name: z.string(), primary: z.boolean(), published: z.boolean() }),
  ),
})

export type ShopifyLocale = z.infer<typeof SHOP_LOCALES>['shopLocales'][number]

const SOURCE = z.object({
  key: z.string(),
  value: z.string().nullable(),
  digest: z.string().nullable(),
  locale: z.string(),
})

type Source = z.infer<typeof SOURCE>

const FOUND = z.object({
  translatableResource: z
    .object({
      translatableContent: z.array(SOURCE),
      translations: z.array(z.object({ key: z.string(), value: z.string().nullable(), outdated: z.boolean() })),
    })
    .nullable(),
})

const PRODUCT_TEXTS = z.object({
  title: z.string(),
  descriptionHtml: z.string(),
  seo: z.object({ title: z.string().nullable(), description: z.string().nullable() }),
})

const UPDATED = z.object({ productUpdate: z.object({ product: PRODUCT_TEXTS.nullable(), userErrors: USER_ERRORS }) })
const REGISTERED = z.object({
  translationsRegister: z.object({
    translations: z.array(z.object({ key: z.string(), locale: z.string(), value: z.string().nullable() })).nullable(),
    userErrors: USER_ERRORS,
  }),
})
const REMOVED = z.object({ translationsRemove: z.object({ userErrors: USER_ERRORS }) })

/** What became of a write. `stored` is absent where the answer does not say what is there. */
interface Sent {
  readonly userErrors: UserErrors
  readonly stored?: string | null
}

/** The texts of products in every language of the shop. */
export class ShopifyTexts {
  readonly #admin: ShopifyAdmin
  /** Languages that the shop was seen to have. */
  readonly #seen = new Set<string>()

  constructor(admin: ShopifyAdmin) {
    this.#admin = admin
  }

  /** The languages of the shop; exactly one is `primary`. @throws {ShopifyError} */
  async locales(options: ShopifyRequest = {}): Promise<readonly ShopifyLocale[]> {
    return parse(SHOP_LOCALES, await this.#admin.request(LOCALES, {}, options)).shopLocales
  }

  /** @throws {ShopifyError} `refused` when the shop has no such product or language, or no text to translate. */
  async read({ productId, key, locale }: ShopifyTextPlace, options: HeldRequest = {}): Promise<ShopifyText> {
    const answer = await this.#admin.request(TRANSLATABLE, { resourceId: productId, locale }, options)
    const { translatableResource: found } = parse(FOUND, answer)
    if (!found) throw new ShopifyError('refused', `The shop has no product ${productId}.`)
    const primary = found.translatableContent[0]?.locale
    const source = found.translatableContent.find((content) => content.key === key)
    if (primary === locale) return { value: textOrNull(source?.value), sourceDigest: null }
    await this.#requireLanguage(locale, options)
    const translation = found.translations.find((translated) => translated.key === key)
    return { value: textOrNull(translation?.value), sourceDigest: digestOf(source, key) }
  }

  /**
   * Puts `text` there, and changes nothing else of the product. A translation is registered for the source that
   * `sourceDigest` stands for: when that was changed meanwhile, Shopify refuses it. Harmless to repeat.
   * @returns the text as Shopify has stored it: it may have cleaned up HTML.
   * @throws {ShopifyError}
   */
  async write(place: ShopifyTextPlace, text: ShopifyText, options: HeldRequest = {}): Promise<ShopifyText> {
    const { userErrors, stored = text.value } = await this.#sent(place, text, { ...options, repeatable: true })
    refuseUserErrors(userErrors)
    return { ...text, value: textOrNull(stored) }
  }

  /**
   * The same, after a look that found `before`, and sent once. Where Shopify made us wait for points since that look, it
   * looks again. The points for both are set aside first, so that no wait lies between that look and the write.
   * @throws {ShopifyError} `refused`, where something else is there by then.
   */
  async replace(
    place: ShopifyTextPlace,
    { before, after }: { readonly before: ShopifyText; readonly after: ShopifyText },
    options: ShopifyRequest = {},
  ): Promise<ShopifyText> {
    const held = await this.#admin.hold([TRANSLATABLE, mutationFor(after)], options.signal)
    try {
      const request = { ...options, held, once: true }
      if (held.hasWaited) {
        const found = await this.read(place, request)
        if (found.value !== before.value || found.sourceDigest !== before.sourceDigest)
          throw new ShopifyError('refused', 'The text was changed while Shopify made us wait, so nothing was written.')
      }
      return await this.write(place, after, request)
    } finally {
      held.release()
    }
  }

  /** Shopify shows no translation into a language that the shop does not have, and says so only when one is written. */
  async #requireLanguage(locale: string, { signal }: ShopifyRequest): Promise<void> {
    if (this.#seen.has(locale)) return
    for (const known of await this.locales(signal ? { signal } : {})) this.#seen.add(known.locale)
    if (!this.#seen.has(locale))
      throw new ShopifyError('refused', `The shop has no language "${locale}". ${REMEDIES.INVALID_LOCALE_FOR_SHOP}`)
  }

  async #sent(
    { productId, key, locale }: ShopifyTextPlace,
    { value, sourceDigest }: ShopifyText,
    request: HeldRequest,
  ): Promise<Sent> {
    if (sourceDigest === null) {
      const variables = { product: { id: productId, ...fieldOf(key, value ?? '') } }
      const { productUpdate } = parse(UPDATED, await this.#admin.request(UPDATE_PRODUCT, variables, request))
      const { product, userErrors } = productUpdate
      return { userErrors, ...(product && { stored: storedIn(product, key) }) }
    }
    if (value === null) {
      const variables = { resourceId: productId, keys: [key], locales: [locale] }
      return parse(REMOVED, await this.#admin.request(REMOVE_TRANSLATIONS, variables, request)).translationsRemove
    }
    const translations = [{ locale, key, value, translatableContentDigest: sourceDigest }]
    const variables = { resourceId: productId, translations }
    const answer = await this.#admin.request(REGISTER_TRANSLATIONS, variables, request)
    const { translations: stored, userErrors } = parse(REGISTERED, answer).translationsRegister
    const ours = stored?.find((one) => one.key === key && one.locale === locale)
    return { userErrors, ...(ours && { stored: ours.value }) }
  }
}

function mutationFor({ value, sourceDigest }: ShopifyText): string {
  if (sourceDigest === null) return UPDATE_PRODUCT
  return value === null ? REMOVE_TRANSLATIONS : REGISTER_TRANSLATIONS
}

/** Shopify has no empty text: "" and nothing are the same. */
function textOrNull(value: string | null | undefined): string | null {
  return value === undefined || value === '' ? null : value
}

/** @throws {ShopifyError} when there is no text that could be translated. */
function digestOf(source: Source | undefined, key: ShopifyTextKey): string {
  if (source?.digest && textOrNull(source.value) !== null) return source.digest
  throw new ShopifyError('refused', `The product has no ${key} in the shop's own language yet. Write that first.`)
}

function fieldOf(key: ShopifyTextKey, value: string) {
  const fields = {
    title: { title: value },
    body_html: { descriptionHtml: value },
    meta_title: { seo: { title: value } },
    meta_description: { seo: { description: value } },
  }
  return fields[key]
}

function storedIn({ title, descriptionHtml, seo }: z.infer<typeof PRODUCT_TEXTS>, key: ShopifyTextKey): string | null {
  return { title, body_html: descriptionHtml, meta_title: seo.title, meta_description: seo.description }[key]
}
