import { type NumberLanguage, readings, shifted } from './decimals.ts'
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
}

const FRACTIONS: Readonly<Record<string, string>> = { '½': '.5', '¼': '.25', '¾': '.75' }
/** A minus only where a word could begin: the one in "5-7" is none. */
const SIGN = /(?<![^\s(])[-−](?=\d)/u.source
/** Groups of three behind a blank ("1 000"), or digits with any signs between; a vulgar fraction may follow. */
const DIGITS = /(?:[1-9]\d{0,2}(?:[ \u00A0\u2009\u202F'’]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)[½¼¾]?|[½¼¾]/u.source
const QUANTITY = new RegExp(`(?:${SIGN})?(?:${DIGITS})`, 'gu')
/** Between two numbers that share the unit of the second: "10 x 20 cm", "5–7 kg", "B 10 × H 20 cm". */
const SHARES_UNIT = /^\s*(?:x|×|\*|[-–—/]|till|to)\s*(?:\p{L}\s*)?$/iu
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
  for (const match of text.matchAll(QUANTITY)) {
    const one = foundAt(match, text)
    // The 2 of "185 g/m2" is part of its unit.
    if (one.at >= (found.at(-1)?.behind ?? 0)) found.push(one)
  }
  return withSharedUnits(found, text).map((one) => quantity(one, language))
}

function foundAt({ index: at, 0: written }: RegExpExecArray, text: string): Found {
  const end = at + written.length
  const beside = unitAround(text.slice(Math.max(0, at - LONGEST_UNIT), at), text.slice(end, end + LONGEST_UNIT))
  const from = at - (beside?.before ?? '').length
  const behind = end + (beside?.behind ?? '').length
  return { at, end, behind, written, text: text.slice(from, behind), unit: beside?.unit ?? null }
}

/** From the end, so that in "10 x 20 x 30 cm" the unit reaches the first. */
function withSharedUnits(found: readonly Found[], text: string): Found[] {
  const shared: Found[] = []
  for (const one of found.toReversed()) {
    const next = shared.at(-1)
    const shares = !one.unit && next && SHARES_UNIT.test(text.slice(one.end, next.at))
    shared.push(shares ? { ...one, unit: next.unit } : one)
  }
  return shared.toReversed()
}

function quantity({ written, text, unit }: Found, language?: NumberLanguage): Quantity {
  const sign = /^[-−]/.test(written) ? '-' : ''
  const read = readings(withoutFractions(written), language)
  return {
    text,
    numbers: read.map((number) => sign + number),
    amounts: read.map((number) => sign + shifted(number, unit?.power ?? 0)),
    unit: unit?.name ?? null,
  }
}

function withoutFractions(written: string): string {
  return written.replace(
    /(\d*)([½¼¾])/u,
    (_match, whole: string, sign: string) => `${whole || '0'}${FRACTIONS[sign] ?? ''}`,
  )
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
