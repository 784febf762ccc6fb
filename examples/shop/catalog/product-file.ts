import { readFileSync } from 'node:fs'
import { DefinitionError, type Logger } from 'errand'
import type { Product } from './product.ts'
import { parseShopifyCsv, refusalsIn } from './shopify-csv.ts'
import { decodeText } from './text-encoding.ts'

const SAMPLE = new URL('sample-products.csv', import.meta.url)

type Env = Readonly<Record<string, string | undefined>>

/**
 * The products of the file that `SHOP_PRODUCTS` names, or of the sample. Rows that cannot be taken are logged.
 * @throws {DefinitionError} where there is no such file, or it is no product file.
 */
export function readProducts({ SHOP_PRODUCTS, SHOP_CURRENCY = 'SEK' }: Env, logger: Logger): readonly Product[] {
  try {
    const file = parseShopifyCsv(decodeText(readFileSync(SHOP_PRODUCTS ?? SAMPLE)), SHOP_CURRENCY)
    for (const refusal of refusalsIn(file)) logger.warn(`${SHOP_PRODUCTS ?? 'the sample products'}: ${refusal}`)
    return file.products
  } catch (cause) {
    throw new DefinitionError(`SHOP_PRODUCTS is ${SHOP_PRODUCTS ?? 'not set'}. ${(cause as Error).message}`)
  }
}
