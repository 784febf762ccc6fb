import Papa from 'papaparse'

/** A CSV file as a spreadsheet shows it: a header and rows of cells, each cell without the blanks around it. */
export interface CsvTable {
  /** Lower-case names of the columns, blanks collapsed; `''` for a column without a name. */
  readonly columns: readonly string[]
  /** Rows with at least one filled cell. */
  readonly rows: readonly CsvRow[]
  /** Rows whose cells cannot be separated. */
  readonly unreadable: readonly RefusedRow[]
}

export interface CsvRow {
  /** As a spreadsheet numbers it: the header is row 1. Empty rows count. */
  readonly number: number
  readonly cells: readonly string[]
}

/** A row that was not taken, and why. */
export interface RefusedRow {
  readonly row: number
  readonly reason: string
}

/** Excel's own first line, as it is or as a spreadsheet has saved it again. */
const EXCEL_HINT = /^"?sep=.?"?[;,|\t]*(?:\r\n|\n|\r)/i
const DELIMITERS = [',', ';', '\t', '|']

/**
 * Reads CSV with any of the usual delimiters: the one that gives the header most of the `known` columns (lower-case).
 * A byte order mark and Excel's line `sep=;` are skipped.
 */
export function readCsvTable(csv: string, known: ReadonlySet<string>): CsvTable {
  const text = csv.replace(/^\uFEFF/, '').replace(EXCEL_HINT, '')
  const delimiter = delimiterOf(text, known)
  const { data, errors } = Papa.parse<readonly string[]>(text, { delimiter })
  const [header = [], ...records] = data
  const columns = header.map(columnName)
  const problems = new Map(errors.map(({ row = 0, code }) => [row + 1, quoteProblem(code)]))
  const rows: CsvRow[] = []
  const unreadable: RefusedRow[] = []
  for (const [index, record] of records.entries()) {
    const number = index + 2
    const cells = record.map((cell) => cell.trim())
    if (cells.every((cell) => cell === '')) continue
    const problem = problems.get(number) ?? surplus(cells, columns.length)
    if (problem === null) rows.push({ number, cells })
    else unreadable.push({ row: number, reason: problem })
  }
  return { columns, rows, unreadable }
}

/** The name that a column is looked for by. */
function columnName(written: string): string {
  return written.trim().replace(/\s+/g, ' ').toLowerCase()
}

function delimiterOf(text: string, known: ReadonlySet<string>): string {
  const found = DELIMITERS.map((delimiter) => {
    const [header = []] = Papa.parse<readonly string[]>(text, { delimiter, preview: 1 }).data
    return { delimiter, count: header.filter((name) => known.has(columnName(name))).length }
  })
  return found.reduce((best, next) => (next.count > best.count ? next : best)).delimiter
}

function quoteProblem(code: string): string {
  return code === 'MissingQuotes'
    ? 'a quoted cell begins here and is never closed, so it takes in all that follows in the file'
    : 'a quote within a quoted cell must be written twice ("")'
}

function surplus(cells: readonly string[], columns: number): string | null {
  const filled = cells.slice(columns).some((cell) => cell !== '')
  return filled ? `it has ${String(cells.length)} cells, and the header has ${String(columns)}` : null
}
