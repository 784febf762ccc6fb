import { numbersIn } from './numbers.ts'

/** A number in a JSON text that no double can hold, so that a reader gets another value. */
export interface LossyNumber {
  /** Names of members and places in lists, from the outside in. */
  readonly path: readonly string[]
  /** As it was written. */
  readonly written: string
}

/** Up to fifteen digits always keep their value, and up to two digits of exponent never leave the range. */
const SUSPECT = /[\d.]{16}|\de[+-]?\d{3}/i

/**
 * The first number in the JSON `text` that loses its value when it is parsed. `null` if there is none, as in almost
 * every text.
 */
export function firstLossyNumber(text: string): LossyNumber | null {
  if (!SUSPECT.test(text)) return null
  for (const { written, path } of numbersIn(text)) {
    if (!keeps(Number(written), written)) return { path: path(), written }
  }
  return null
}

/** `JSON.parse`, except that a number that does not keep its value becomes an object, which `JSON.stringify` writes as it was written. */
export function parseMarkingLossy(text: string): unknown {
  return parse(text, (written) => new Lossy(written))
}

/** `JSON.parse`, except that a number that does not keep its value becomes a text, as it was written. */
export function parseLossyAsText(text: string): unknown {
  return parse(text, (written) => written)
}

/** Whether anything in `value`, which `parseMarkingLossy` has read, is such a number. */
export function holdsLossyNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return value instanceof Lossy || Object.values(value).some(holdsLossyNumber)
}

class Lossy {
  readonly written: string

  constructor(written: string) {
    this.written = written
  }

  toJSON(): unknown {
    return JSON_WITH_RAW.rawJSON(this.written)
  }
}

/** `rawJSON` and `context` are younger than the types (https://github.com/tc39/proposal-json-parse-with-source). */
const JSON_WITH_RAW = JSON as typeof JSON & { rawJSON(text: string): unknown }

function parse(text: string, inPlaceOf: (written: string) => unknown): unknown {
  if (!SUSPECT.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== 'number') return value
    const written = context?.source ?? String(value)
    return keeps(value, written) ? value : inPlaceOf(written)
  })
}

/** Whether `value`, written with as many digits, is what was written: so 0.1 and 0.10000000000000001 are both kept. */
function keeps(value: number, written: string): boolean {
  // As almost all are written; only what is not is worth a closer look.
  if (String(value) === written) return true
  const digits = digitsOf(written)
  if (digits === '') return true
  return Number.isFinite(value) && digitsOf(value.toPrecision(Math.min(digits.length, MOST_DIGITS))) === digits
}

/** What `toPrecision` can write. */
const MOST_DIGITS = 100

/** The digits that count, without zeros around them; a double nearest to another number differs from it in them, wherever the point is. */
function digitsOf(written: string): string {
  const [mantissa = ''] = written.toLowerCase().split('e')
  const digits = mantissa.replaceAll(/\D/g, '')
  // Not by an expression, which would take ages for a million zeros with something behind them.
  let [start, end] = [0, digits.length]
  while (digits[start] === '0') start++
  while (end > start && digits[end - 1] === '0') end--
  return digits.slice(start, end)
}
