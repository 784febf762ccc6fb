import { readFile } from 'node:fs/promises'
import Papa from 'papaparse'
import { brokenQuote, brokenQuoteIn, lineEndsIn } from '../broken-quote.ts'
import { CliError } from '../server-call.ts'
import { COLUMNS, type Column, type SheetRow, unguarded } from './sheet.ts'

export interface NumberedRow extends SheetRow {
  /** As a spreadsheet numbers it: the header is row 1. */
  readonly row: number
}

/** What the import cannot do without. */
const NEEDED: readonly Column[] = ['id', 'after', 'decision', 'version']

/** A spreadsheet takes that of its language. */
const DELIMITERS = [',', ';', '\t']

/** The rows of a file that `export` has made and a spreadsheet has saved. @throws {CliError} */
export async function readSheet(path: string): Promise<readonly NumberedRow[]> {
  const text = textOf(await bytesOf(path), path)
  const [first = ''] = text.split(/\r?\n/, 1)
  const count = (delimiter: string): number => first.split(delimiter).length
  const delimiter = DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best))
  const { data, errors } = Papa.parse<readonly string[]>(text, { delimiter })
  const broken = brokenQuoteIn({ data, errors })
  if (broken) throw brokenQuote(1 + lineEndsIn(text.slice(0, broken.index)))
  const names = (data[0] ?? []).map((name) => name.trim().toLowerCase())
  const missing = NEEDED.filter((name) => !names.includes(name))
  if (missing.length > 0) throw new CliError(`${path} has no column ${missing.join(' and no column ')}.`)
  const cell = (cells: readonly string[], name: Column): string => unguarded(cells[names.indexOf(name)] ?? '')
  return data
    .map((cells, index) => ({
      row: index + 1,
      ...(Object.fromEntries(COLUMNS.map((name) => [name, cell(cells, name)])) as SheetRow),
    }))
    .filter(({ id, row }) => row > 1 && id.trim() !== '')
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new CliError(`Cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause })
  })
}

/** Without a BOM. @throws {CliError} where letters would come out wrong. */
function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new CliError(`${path} is not in UTF-8. Save it from the spreadsheet as "CSV UTF-8".`, { cause })
  }
}
