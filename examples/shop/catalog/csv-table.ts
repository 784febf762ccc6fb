import Papa from 'papaparse'

/** A CSV file as a spreadsheet shows it: a header and rows of cells, each cell without the blanks around it. */
export interface CsvTable {
  /** Lower-case names of the columns, words separated by one blank; `''` for a column without a name. */
  readonly columns: readonly string[]
  /** Rows with at least one filled cell. */
  readonly rows: readonly CsvRow[]
  /** Rows whose cells cannot be separated. */
  readonly unreadable: readonly RefusedRow[]
}

export interface CsvRow {
  /** As a spreadsheet numbers it, from 1. The header and empty rows count. */
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
 * A byte order mark, Excel's line `sep=;` and empty rows before the header are skipped.
 */
export function readCsvTable(csv: string, known: ReadonlySet<string>): CsvTable {
  const text = csv.replace(/^\uFEFF/, '').replace(EXCEL_HINT, '')
  const delimiter = delimiterOf(text, known)
  const { data, errors } = Papa.parse<readonly string[]>(text, { delimiter, newline: lineEndOf(text) })
  const [header, ...rows] = data
    .map((cells, index) => ({ number: index + 1, cells: cells.map(trimmed) }))
    .filter(isFilled)
  const columns = header?.cells.map(columnName) ?? []
  // Excel saves a file so that it took for one column: each line is one quoted cell.
  if (columns.length === 1 && columnsIn(columns[0] ?? '', delimiterOf(columns[0] ?? '', known), known) > 1)
    return readCsvTable(data.map(([line = '']) => line).join('\n'), known)
  const lineAt = lineCounter(csv)
  const from = csv.length - text.length
  const problems = new Map(
    errors.map(
      ({ row = 0, code, index = 0 }) => [row + 1, quoteProblem(code, lineAt(from + index), data[row])] as const,
    ),
  )
  const readable: CsvRow[] = []
  const unreadable: RefusedRow[] = []
  for (const row of rows) {
    const reason = problems.get(row.number) ?? problemWithCells(row.cells, columns)
    if (reason === null) readable.push(row)
    else unreadable.push({ row: row.number, reason })
  }
  return { columns, rows: readable, unreadable }
}

function trimmed(cell: string): string {
  return withoutUnseen(cell).trim() === '' ? '' : cell.trim().replace(TEXT_FORMULA, '$1')
}

/** `="0012"`: how a cell is kept from becoming a number in a spreadsheet. */
const TEXT_FORMULA = /^="([^"]*)"$/

function isFilled({ cells }: CsvRow): boolean {
  return cells.some((cell) => cell !== '')
}

/** The name that a column is looked for by. */
function columnName(written: string): string {
  return withoutUnseen(written)
    .trim()
    .replace(/[\s_]+/g, ' ')
    .toLowerCase()
}

/** Without what has no width, which spreadsheets and web pages bring along. */
export function withoutUnseen(text: string): string {
  return text.replaceAll(/\p{Cf}|(?!\s)\p{Cc}/gu, '')
}

function delimiterOf(text: string, known: ReadonlySet<string>): string {
  const [header = ''] = /^.*[\p{L}\p{N}].*$/mu.exec(text) ?? []
  const found = DELIMITERS.map((delimiter) => ({ delimiter, count: columnsIn(header, delimiter, known) }))
  return found.reduce((best, next) => (next.count > best.count ? next : best)).delimiter
}

/** How many of the known columns a header has. */
function columnsIn(header: string, delimiter: string, known: ReadonlySet<string>): number {
  const [names = []] = Papa.parse<readonly string[]>(header, { delimiter, preview: 1 }).data
  return names.filter((name) => known.has(columnName(name))).length
}

/** By the first one; blanks around a cell do not count, so that files of two programs in one are read as well. */
function lineEndOf(text: string): '\n' | '\r' {
  return /\r(?!\n)|\n/.exec(text)?.[0] === '\r' ? '\r' : '\n'
}

function quoteProblem(code: string, line: number, cells: readonly string[] = []): string {
  const lines = lineEndsIn(cells.findLast((cell) => lineEndsIn(cell) > 0)?.trimEnd() ?? '')
  if (code !== 'MissingQuotes' && lines === 0) return 'a quote within a quoted cell must be written twice ("")'
  const lost = `it takes in ${String(lines)} ${lines === 1 ? 'line after it, which is' : 'lines after it, which are'} not taken`
  return `a quote opens on line ${String(line)} and is never closed: ${lost}; close it, or write a quote within a text twice ("")`
}

/** The number of the line that a character stands on. Asked in their order, it counts each line end once. */
function lineCounter(text: string): (index: number) => number {
  let [at, line] = [0, 1]
  return (to) => {
    line += lineEndsIn(text.slice(at, to))
    at = Math.max(at, to)
    return line
  }
}

function lineEndsIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0
}

function problemWithCells(cells: readonly string[], columns: readonly string[]): string | null {
  if (cells.slice(columns.length).some((cell) => cell !== ''))
    return `it has ${String(cells.length)} cells, and the header has ${String(columns.length)}`
  // Two exports, one behind the other.
  return columns.every((name, place) => columnName(cells[place] ?? '') === name) ? 'it repeats the header' : null
}
