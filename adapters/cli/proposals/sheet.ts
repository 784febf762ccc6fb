import Papa from 'papaparse'
import { type JsonValue, canonicalJson } from '#domain/json/json.ts'
import type { Proposal } from '../../client/types.ts'
import { valueOf, valueText } from './value-text.ts'

/** The columns of the file, in order. `field` names a part of a value that has parts; a text has none. */
export const COLUMNS = [
  'id',
  'target',
  'field',
  'before',
  'after',
  'flags',
  'status',
  'decision',
  'note',
  'version',
] as const

export type Column = (typeof COLUMNS)[number]

export type SheetRow = Readonly<Record<Column, string>>

/** A row for each proposal, or for each field of a value that has fields. */
export function rowsOf(proposal: Proposal): readonly SheetRow[] {
  const { id, target, before, after, flags, status, reason = '', version } = proposal
  const common = {
    id,
    target,
    flags: flags.map(({ name, problem }) => `${name}: ${problem}`).join('\n'),
    status,
    decision: '',
    note: reason,
    version: String(version),
  }
  return fieldsOf(before, after).map((field) => ({
    ...common,
    field,
    before: valueText(partOf(before, field)),
    after: valueText(partOf(after, field)),
  }))
}

/**
 * The value that the cells of a proposal's rows make, by field. Line ends do not count: a spreadsheet writes its own.
 * @throws {CliError} for a cell that is to be JSON and is none.
 */
export function valueIn(cells: ReadonlyMap<string, string>, { before, after }: Proposal): JsonValue {
  let value = after
  for (const field of fieldsOf(before, after)) {
    const old = partOf(after, field)
    const cell = cells.get(field)
    if (cell === undefined || unified(cell) === unified(valueText(old))) continue
    value = withPart(value, field, valueOf(cell, old))
  }
  return value
}

export function isSame(a: JsonValue, b: JsonValue): boolean {
  return canonicalJson(a) === canonicalJson(b)
}

/** One row of a file, with its line end. */
export function csvLine(cells: readonly string[]): string {
  return `${Papa.unparse([cells.map(guarded)], { newline: '\r\n' })}\r\n`
}

/** Would be a formula in a spreadsheet. Those that we have quoted already are quoted once more, so that all come back. */
const FORMULA = /^'*[=+\-@\t\r]/

/** A spreadsheet takes it for text, and does not run it. */
export function guarded(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell
}

/** The cell as it was before `guarded`, also where a spreadsheet has dropped the quote. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell
}

function unified(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n')
}

type Parts = Readonly<Record<string, JsonValue>>

function partsOf(value: JsonValue): Parts | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parts) : null
}

/** Only a value whose parts are all there before and after is taken apart. */
function fieldsOf(before: JsonValue, after: JsonValue): readonly string[] {
  const fields = Object.keys(partsOf(after) ?? {})
  const whole = fields.length === 0 || fields.includes('') || (before !== null && partsOf(before) === null)
  return whole ? [''] : fields
}

function partOf(value: JsonValue, field: string): JsonValue {
  return field === '' ? value : (partsOf(value)?.[field] ?? null)
}

function withPart(value: JsonValue, field: string, part: JsonValue): JsonValue {
  return field === '' ? part : { ...partsOf(value), [field]: part }
}
