import Papa from 'papaparse'
import { CliError } from '../server-call.ts'
import { type CsvForm, csvRows } from './csv-rows.ts'

export interface CsvItem {
  readonly key?: string
  readonly input: Readonly<Record<string, string>>
}

export interface CsvHeader extends CsvForm {
  /** The fields of an input. */
  readonly columns: readonly string[]
  /** The one that is the key of an item. */
  readonly key: string | undefined
}

const DELIMITERS = [',', ';', '\t', '|']

/**
 * Reads the first row. The delimiter is the one that it has most of.
 * @param text the start of the file. @throws {CliError} for a header that cannot be meant.
 */
export function csvHeader(text: string, key: string | undefined): CsvHeader {
  const [first = ''] = text.split(/\r?\n/, 1)
  const count = (delimiter: string): number => first.split(delimiter).length
  const delimiter = DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best))
  const newline = text.charAt(first.length) === '\r' ? '\r\n' : '\n'
  const [header = []] = Papa.parse<readonly string[]>(text, { delimiter, preview: 1 }).data
  const columns = header.map((name) => name.trim())
  if (columns.every((name) => name === '')) {
    throw new CliError('The first row of the file must name the fields of the input, and it is empty.')
  }
  const unnamed = columns.indexOf('')
  if (unnamed !== -1) throw new CliError(`Column ${String(unnamed + 1)} has no name in the first row of the file.`)
  const repeated = columns.find((name, at) => columns.indexOf(name) !== at)
  if (repeated !== undefined) throw new CliError(`Two columns have the name "${repeated}".`)
  if (key === undefined || columns.includes(key)) return { delimiter, newline, columns, key }
  throw new CliError(`There is no column "${key}" for --key. The columns are ${columns.join(', ')}.`)
}

/**
 * One item a row: the columns of the header are the fields of its input, as text. An empty cell is a field that is
 * absent, and an empty row is none.
 * @throws {CliError} for a row that has more cells than the header, and what `csvRows` throws.
 */
export async function* csvItems(bytes: AsyncIterable<Uint8Array>, header: CsvHeader): AsyncGenerator<CsvItem> {
  let row = 0
  for await (const read of csvRows(bytes, header)) {
    const cells = read.map((cell) => cell.trim())
    if (++row > 1 && cells.some((cell) => cell !== '')) yield itemIn(cells, { ...header, row })
  }
}

interface Row extends CsvHeader {
  /** As a spreadsheet numbers it: the header is row 1. */
  readonly row: number
}

/** @throws {CliError} */
function itemIn(cells: readonly string[], { columns, key, row }: Row): CsvItem {
  if (cells.length > columns.length) {
    const counts = `${String(cells.length)} cells, and the header has ${String(columns.length)}`
    throw new CliError(`Row ${String(row)} has ${counts}. Is a quote missing?`)
  }
  const filled = columns.map((name, at) => [name, cells[at] ?? ''] as const).filter(([, cell]) => cell !== '')
  const input = Object.fromEntries(filled)
  const value = key === undefined ? undefined : input[key]
  return { ...(value !== undefined && { key: value }), input }
}
