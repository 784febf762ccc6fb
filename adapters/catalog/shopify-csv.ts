import Papa from 'papaparse'
import type { Product } from '#domain/shop/product.ts'

type Row = Readonly<Record<string, string>>

const NEEDED = ['Handle', 'Title', 'Body (HTML)', 'Vendor', 'Type', 'Tags', 'Variant Price', 'Option1 Value']

/**
 * Reads Shopify's product export (https://help.shopify.com/en/manual/products/import-export/using-csv):
 * the first row of a handle holds the product, further rows its other variants and images.
 *
 * @throws {Error} when a column is missing or a line cannot be read; the message names it.
 */
export function parseShopifyCsv(csv: string, currency: string): readonly Product[] {
  const { data, errors, meta } = Papa.parse<Row>(csv, { header: true, skipEmptyLines: true })
  const missing = NEEDED.filter((column) => !meta.fields?.includes(column))
  if (missing.length > 0) throw new Error(`The product file lacks the columns: ${missing.join(', ')}.`)
  const [error] = errors
  if (error)
    throw new Error(`The product file cannot be read at row ${String((error.row ?? 0) + 1)}: ${error.message}.`)

  const rowsByHandle = Map.groupBy(data, (row) => row['Handle'] ?? '')
  return [...rowsByHandle].map(([handle, rows]) => productFrom(handle, rows, currency))
}

function productFrom(handle: string, rows: readonly Row[], currency: string): Product {
  const first = rows[0] ?? {}
  return {
    handle,
    title: first['Title'] ?? '',
    vendor: first['Vendor'] ?? '',
    type: first['Type'] ?? '',
    tags: (first['Tags'] ?? '')
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
    descriptionHtml: first['Body (HTML)'] ?? '',
    price: first['Variant Price'] ?? '',
    currency,
    variants: rows.map(variantName).filter((name) => name !== '' && name !== 'Default Title'),
  }
}

function variantName(row: Row): string {
  return [row['Option1 Value'], row['Option2 Value']].filter((value) => value !== undefined && value !== '').join(' / ')
}
