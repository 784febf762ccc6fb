import type { Product } from './product.ts'
import { type CsvRow, type CsvTable, type RefusedRow, readCsvTable, withoutUnseen } from './csv-table.ts'

/** What a product file holds: the products, and the rows that were not taken with the reason for each. */
export interface ProductFile {
  readonly products: readonly Product[]
  readonly refused: readonly RefusedRow[]
}

/**
 * Shopify's columns under the names of its export and of its newer template
 * (https://help.shopify.com/en/manual/products/import-export/using-csv), lower-case.
 */
const COLUMNS = {
  handle: ['handle', 'url handle'],
  title: ['title'],
  body: ['body (html)', 'body html', 'description'],
  vendor: ['vendor'],
  type: ['type', 'product type', 'custom product type'],
  tags: ['tags'],
  price: ['variant price', 'price'],
  option1: ['option1 value'],
  option2: ['option2 value'],
  option3: ['option3 value'],
} as const

type Column = keyof typeof COLUMNS
type Cells = Readonly<Record<Column, string>>
type Row = Cells & { readonly number: number }

const KNOWN: ReadonlySet<string> = new Set(Object.values(COLUMNS).flat())

/**
 * Reads Shopify's product export, or its import template. Rows of one handle are one product, wherever they stand: the row with the
 * title holds the product, the others its further variants and images. Only the columns Handle and Title must be there.
 *
 * @throws {Error} when one of them is missing; the message names it. A bad row is refused on its own.
 */
export function parseShopifyCsv(csv: string, currency: string): ProductFile {
  const table = readCsvTable(csv, KNOWN)
  const missing = (['handle', 'title'] as const).filter((column) => placesOf(table, column).length === 0)
  if (missing.length > 0) throw new Error(`${lackOf(missing)} ${foundIn(csv, table)}`)

  const refused: RefusedRow[] = [...table.unreadable]
  const products: Product[] = []
  const named: Row[] = []
  for (const row of table.rows.map((row) => cellsOf(table, row))) {
    const reason = problemWith(row)
    if (reason === null) named.push(row)
    else refused.push({ row: row.number, reason })
  }
  for (const [handle, group] of Map.groupBy(named, (row) => row.handle)) {
    const main = group.find(({ title }) => title !== '')
    if (!main) {
      for (const row of group) refused.push({ row: row.number, reason: `no row of "${handle}" has a title` })
      continue
    }
    const { own, others } = divide(group, main.title)
    for (const row of others) refused.push({ row: row.number, reason: takenBy(main) })
    products.push(productFrom(main, own, currency))
  }
  return { products, refused: refused.sort((a, b) => a.row - b.row) }
}

/** What a spreadsheet writes in the place of a value that it cannot work out, in English, Swedish and German. */
const ERROR_VALUE =
  /^#(?:N\/A|NAME\?|(?:REF|VALUE|DIV\/0|NUM|NULL|SPILL|CALC)!|SAKNAS!|NAMN\?|(?:REFERENS|VÄRDEFEL|DIVISION\/0|OGILTIGT|SKÄRNING)!|NV|(?:BEZUG|WERT|ZAHL)!)$/i

function problemWith({ handle, title }: Row): string | null {
  if (handle === '') return 'it has no handle'
  if (handle.startsWith('=')) return `its handle is the formula ${handle}`
  const error = [handle, title].find((cell) => ERROR_VALUE.test(cell))
  return error ? `it holds ${error.toUpperCase()}, the error of a formula` : null
}

/** Two products under one handle: a row without a title belongs to the last title before it. */
function divide(
  group: readonly Row[],
  title: string,
): { readonly own: readonly Row[]; readonly others: readonly Row[] } {
  let last = title
  const divided = Map.groupBy(group, (row) => {
    if (row.title !== '') last = row.title
    return last === title
  })
  return { own: divided.get(true) ?? [], others: divided.get(false) ?? [] }
}

function lackOf(missing: readonly Column[]): string {
  const names = missing.map((column) => (column === 'handle' ? 'Handle (or "URL handle")' : 'Title'))
  return `The product file lacks the column ${names.join(' and the column ')}.`
}

const MOST_NAMED = 400
/** What a workbook, a page or JSON begins with. */
const OTHER_FORMS = /^\s*(?:PK\u0003|[<[{])/

function foundIn(csv: string, { columns }: CsvTable): string {
  if (OTHER_FORMS.test(csv)) return 'It is no CSV: save it as "CSV UTF-8", or export it from Shopify again.'
  const names = columns.filter((name) => name !== '').join(', ')
  return names === '' ? 'It is empty.' : `It has: ${names.slice(0, MOST_NAMED)}. Shopify's names are English.`
}

function takenBy({ handle, number, title }: Row): string {
  return `the handle "${handle}" belongs to "${title}" in row ${String(number)}`
}

function placesOf({ columns }: CsvTable, column: Column): readonly number[] {
  const names: readonly string[] = COLUMNS[column]
  return columns.flatMap((name, place) => (names.includes(name) ? [place] : []))
}

function cellsOf(table: CsvTable, { number, cells }: CsvRow): Row {
  // A file may name a column twice, or under both names: the first that is filled counts.
  const read = (column: Column): string =>
    placesOf(table, column)
      .map((place) => cells[place] ?? '')
      .find((cell) => cell !== '') ?? ''
  const named = Object.keys(COLUMNS).map((column) => [column, read(column as Column)])
  const row = Object.fromEntries(named) as Cells
  return { ...row, handle: handleFrom(row.handle), number }
}

/** As Shopify makes it: lower case, without blanks and what cannot be seen, each letter in one piece; `''` where nothing is left. */
export function handleFrom(written: string): string {
  const handle = withoutUnseen(written).trim().normalize('NFC').toLowerCase().replace(/\s+/g, '-')
  return /[\p{L}\p{N}]/u.test(handle) ? handle : ''
}

function productFrom(main: Row, rows: readonly Row[], currency: string): Product {
  // The row with the title first; what it leaves empty may stand in another, as in a file that was sorted.
  const filled = (column: Column): string => [main, ...rows].map((row) => row[column]).find((cell) => cell !== '') ?? ''
  return {
    handle: main.handle,
    title: main.title,
    vendor: filled('vendor'),
    type: filled('type'),
    tags: filled('tags')
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
    descriptionHtml: filled('body'),
    price: filled('price'),
    currency,
    variants: [...new Set(rows.map(variantName))].filter(
      (name) => name !== '' && name.toLowerCase() !== 'default title',
    ),
  }
}

function variantName({ option1, option2, option3 }: Row): string {
  return [option1, option2, option3].filter((value) => value !== '').join(' / ')
}

const MOST_SHOWN = 20

/** One line for each row that was not taken, and how many more there are. */
export function refusalsIn({ refused }: ProductFile): readonly string[] {
  const shown = refused.slice(0, MOST_SHOWN).map(({ row, reason }) => `row ${String(row)} is not taken: ${reason}`)
  const more = refused.length - shown.length
  return more > 0 ? [...shown, `${String(more)} more rows are not taken`] : shown
}
