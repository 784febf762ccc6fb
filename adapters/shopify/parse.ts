import type { JsonObject } from '#domain/json/json.ts'
import * as z from 'zod'
import { ShopifyError } from './errors.ts'

export const PAGE_INFO = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })

export const USER_ERRORS = z.array(
  z.object({ field: z.array(z.string()).nullish(), message: z.string(), code: z.string().nullish() }),
)

export type UserErrors = z.infer<typeof USER_ERRORS>

/** @throws {ShopifyError} when the answer is not what Shopify's schema says. */
export function parse<Data>(schema: z.ZodType<Data>, data: JsonObject): Data {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  throw new ShopifyError(
    'unavailable',
    `Shopify's answer is not what its schema says: ${z.prettifyError(parsed.error)}`,
  )
}

/** What a merchant or a developer can do about errors whose own words do not say it. */
export const REMEDIES = {
  INVALID_LOCALE_FOR_SHOP: 'Add this language to the shop (Settings > Languages).',
  INVALID_TRANSLATABLE_CONTENT:
    'The source text was changed after it was read. Read it again and translate what is there now.',
  RESOURCE_NOT_FOUND: 'It may have been deleted.',
} as const

const REMEDY_OF: Readonly<Record<string, string>> = REMEDIES

/** @throws {ShopifyError} when Shopify refused the mutation. */
export function refuseUserErrors(errors: UserErrors): void {
  if (errors.length === 0) return
  const sentences = errors.map(({ field, message, code }) => {
    const where = field?.length ? `${field.join('.')}: ` : ''
    return [where + message, REMEDY_OF[code ?? '']].filter((part) => part !== undefined).join(' ')
  })
  throw new ShopifyError('refused', sentences.join('; '))
}
