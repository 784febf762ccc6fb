import { readFileSync } from 'node:fs'
import { type ProductFile, parseShopifyCsv } from '#adapters/catalog/shopify-csv.ts'
import { decodeText } from '#adapters/catalog/text-encoding.ts'
import { StartError, systemCode } from '#adapters/node/process/start-error.ts'
import type { NodeSettings } from '../settings/settings.ts'

const SAMPLE_PRODUCTS = new URL('../../adapters/catalog/sample-products.csv', import.meta.url)

/** The shop's products: the file that `ERRAND_PRODUCTS` names, or the sample. @throws {StartError} */
export function readProducts({ productsFile, currency }: NodeSettings): ProductFile {
  if (productsFile === null) return parseShopifyCsv(readFileSync(SAMPLE_PRODUCTS, 'utf8'), currency)
  const bytes = read(productsFile)
  try {
    return parseShopifyCsv(decodeText(bytes), currency)
  } catch (cause) {
    throw new StartError(`ERRAND_PRODUCTS is ${productsFile}. ${(cause as Error).message}`, { cause })
  }
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new StartError(`Cannot read the product file ${file} (${systemCode(cause)}). Set ERRAND_PRODUCTS.`, { cause })
  }
}
