import { type NumberLanguage, readings, shifted } from './decimals.ts'
import { NUMBER, asDecimal, minusBefore } from './number-forms.ts'
import { type Unit, unitAround } from './units.ts'

/** A number of a text with its unit, or a size such as XL. */
export interface Quantity {
  /** As it stands in the text: "1,5 kg". */
  readonly text: string
  /** What the number may be; two where only the language decides. */
  readonly numbers: readonly string[]
  /** The same in `unit`, the smallest of its kind. */
  readonly amounts: readonly string[]
  /** `null` where none stands beside it. */
  readonly unit: string | null
  /** It has the unit of a number behind it, or not: "2, 30 cm". It may confirm a measure, and asks for none. */
  readonly isLoose?: true
}

interface Found {
  readonly at: number
  readonly end: number
  /** Where the unit behind it ends. */
  readonly behind: number
  readonly written: string
  /** With the unit beside it. */
  readonly text: string
  readonly unit: Unit | null
  /** The unit of the number behind it, which may be its own too. */
  readonly loose?: Unit
  /** Before it; `null` where none is. */
  readonly minus: ReturnType<typeof minusBefore>
}

/** Between two numbers that share the unit of the second: "5–7 kg", "-18 till -22 °C". */
const SHARES_UNIT = /^\s*(?:[-–—/]|till|to)\s*(?:minus\s*|[-−–—]|\p{L}\s*)?$/iu
/** So do lengths with these: "10 x 20 cm", "B 10 × H 20 cm". Of anything else it is a count: "2 x 500 g". */
const TIMES = /^\s*(?:x|×|\*)\s*(?:\p{L}\s*)?$/iu
/** Between two numbers that may share it: "10, 20 och 30 cm", but "modell 2, 30 cm". */
const MAY_SHARE_UNIT = /^\s*(?:,|och|and|eller|or|resp\.|respektive)\s*$/iu
/** Only a temperature has a minus that matters: "-20 % rabatt" is "20 % rabatt". */
const SIGNED = new Set(['°', '°F'])
const LONGEST_MINUS = 10
const LONGEST_UNIT = 20
const LARGE_SIZE = /(?<![\p{L}\d])(?:[2-6]X|X{1,4})[SL](?![\p{L}\d])/gu
const SIZE_BY_WORD = /(?:storlek|strl|stl|size)\.?\s*:?\s*([SML])(?![\p{L}\d])/giu
const SIZE_IN_LIST = /(?<![\p{L}\d])([SML])(?=\s*(?:[,/–-]|till|to|och|and)\s*(?:[SML]|X+L|\dXL)(?![\p{L}\d]))/gu

/** Numbers with their units, and sizes, in the order of the text (sizes last). The text is plain, not HTML. */
export function quantitiesOf(text: string, language?: NumberLanguage): Quantity[] {
  // The 2 of "2XL" is no number.
  return [
    ...numbersOf(
      text.replaceAll(LARGE_SIZE, (size) => ' '.repeat(size.length)),
      language,
    ),
    ...sizesOf(text),
  ]
}

function numbersOf(text: string, language?: NumberLanguage): Quantity[] {
  const found: Found[] = []
  for (const match of text.matchAll(NUMBER)) {
    const one = foundAt(match, text)
    // The 2 of "185 g/m2" is part of its unit.
    if (one.at >= (found.at(-1)?.behind ?? 0)) found.push(one)
  }
  return withSharedUnits(found, text).flatMap((one) => quantitiesFrom(one, language))
}

function foundAt({ index: at, 0: written }: RegExpExecArray, text: string): Found {
  const end = at + written.length
  const beside = unitAround(text.slice(Math.max(0, at - LONGEST_UNIT), at), text.slice(end, end + LONGEST_UNIT))
  const from = at - (beside?.before ?? '').length
  const behind = end + (beside?.behind ?? '').length
  const minus = minusBefore(text.slice(Math.max(0, at - LONGEST_MINUS), at))
  return { at, end, behind, written, text: text.slice(from, behind), unit: beside?.unit ?? null, minus }
}

/** From the end, so that in "10 x 20 x 30 cm" the unit reaches the first. */
function withSharedUnits(found: readonly Found[], text: string): Found[] {
  const shared: Found[] = []
  for (const one of found.toReversed()) {
    const next = shared.at(-1)
    shared.push(one.unit || !next ? one : withUnitOf(next, one, text.slice(one.end, next.at)))
  }
  return shared.toReversed()
}

function withUnitOf(next: Found, one: Found, between: string): Found {
  const unit = next.unit ?? next.loose
  if (!unit) return one
  const isTimes = TIMES.test(between)
  if (next.unit && (SHARES_UNIT.test(between) || (isTimes && unit.name === 'mm'))) return { ...one, unit }
  return isTimes || MAY_SHARE_UNIT.test(between) ? { ...one, loose: unit } : one
}

function quantitiesFrom(found: Found, language?: NumberLanguage): Quantity[] {
  const one = quantity(found, language)
  return found.loose ? [one, { ...quantity({ ...found, unit: found.loose }, language), isLoose: true }] : [one]
}

function quantity({ written, text, unit, minus }: Found, language?: NumberLanguage): Quantity {
  const sign = unit && SIGNED.has(unit.name) ? minus : null
  const signs = sign === null ? [''] : sign.isSure ? ['-'] : ['-', '']
  const read = readings(asDecimal(written), language)
  return {
    text: sign?.isSure ? sign.written + text : text,
    numbers: signs.flatMap((minus) => read.map((number) => minus + number)),
    amounts: signs.flatMap((minus) => read.map((number) => minus + shifted(number, unit?.power ?? 0))),
    unit: unit?.name ?? null,
  }
}

function sizesOf(text: string): Quantity[] {
  const large = [...text.matchAll(LARGE_SIZE)].map(([size]) => size)
  const others = [...text.matchAll(SIZE_BY_WORD), ...text.matchAll(SIZE_IN_LIST)].map((match) => match[1] ?? '')
  return [...large, ...others].map((size) => {
    const numbers = [`size ${spelledOut(size)}`]
    return { text: size, numbers, amounts: numbers, unit: null }
  })
}

/** "2XL" is "XXL". */
function spelledOut(size: string): string {
  return size.toUpperCase().replace(/^(\d)X/, (_match, times: string) => 'X'.repeat(Number(times)))
}
