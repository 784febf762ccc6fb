/** A blank within a number, as a line of HTML may have it: several are shown as one. */
const BLANKS = String.raw`[ \u00A0\u2009\u202F]{1,3}`

const SIGNS: Readonly<Record<string, string>> = {
  ...{ '½': '1/2', '⅓': '1/3', '⅔': '2/3', '¼': '1/4', '¾': '3/4', '⅕': '1/5', '⅖': '2/5', '⅗': '3/5', '⅘': '4/5' },
  ...{ '⅙': '1/6', '⅚': '5/6', '⅛': '1/8', '⅜': '3/8', '⅝': '5/8', '⅞': '7/8' },
}
const SIGN = `[${Object.keys(SIGNS).join('')}]`
const ONE_SIGN = new RegExp(SIGN, 'u')
/** Those of kitchens and of inches; "24/7" and "38/40" are two numbers each. */
const SLASHED = String.raw`(?:1[/⁄](?:16|[234568])|2[/⁄][35]|3[/⁄](?:16|[458])|4[/⁄]5|5[/⁄](?:16|[68])|7[/⁄](?:16|8)|(?:9|1[135])[/⁄]16)(?![\d/⁄]|[.,]\d)`

/** Groups behind a blank ("1 000"), or digits with any signs between; a vulgar fraction may follow. */
const GROUPED = String.raw`[1-9]\d{0,2}(?:(?:${BLANKS}|['’])\d{3})+(?!\d)(?:[.,]\d+)?`
/** "1 1/2", "1 ½". */
const MIXED = String.raw`(?<![\d.,/])\d{1,3}(?:${BLANKS})(?:${SIGN}|${SLASHED})`
/** A time or a price; "1:24" is a scale. */
const WITH_COLON = String.raw`(?<![\d:])\d{2,4}:\d{2}(?![\d:])`
/** In groups, as below a bar code. */
const EAN = String.raw`(?<=\b(?:EAN|GTIN|UPC)(?:[- ]?1?\d)?[^\d\n]{0,8})(?:\d(?:[ \u00A0-]?\d){12}|\d(?:[ \u00A0-]?\d){11}|\d(?:[ \u00A0-]?\d){7})(?!\d)|(?<!\d)\d[ \u00A0]\d{6}[ \u00A0]\d{6}(?!\d)`

/** A number of a text, without a sign before it. */
export const NUMBER = new RegExp(
  String.raw`${EAN}|${MIXED}|(?<![\d/.,])${SLASHED}|${WITH_COLON}|(?:${GROUPED}|\d+(?:[.,]\d+)*)${SIGN}?|${SIGN}|(?<![^\s(])\.\d+`,
  'giu',
)

/** What is written with a fraction or a colon, as digits with a decimal point. */
export function asDecimal(written: string): string {
  const clock = /^(\d{2,4}):(\d{2})$/.exec(written)
  if (clock) return `${clock[1] ?? ''}.${clock[2] ?? ''}`
  const spelled = written.replace(ONE_SIGN, (sign) => ` ${SIGNS[sign] ?? ''}`).trim()
  const [, whole = '', over, under] = /^(?:(.*?)\s+)?(\d+)[/⁄](\d+)$/u.exec(spelled) ?? []
  if (over === undefined || under === undefined) return written.startsWith('.') ? `0${written}` : written
  return `${whole || '0'}${(Number(over) / Number(under)).toFixed(9).slice(1)}`
}

const MINUS = /(?<![^\s(–—/])(minus|[-−–—‐‑‒])(\s*)$/iu

/** What stands before a number and may be its minus; `isSure` where it is no dash of a list, a range or a sentence. */
export function minusBefore(text: string): { readonly written: string; readonly isSure: boolean } | null {
  const match = MINUS.exec(text)
  if (!match) return null
  const [written, sign = '', blank] = match
  const isRange = /\d\s*$/.test(text.slice(0, match.index))
  return { written, isSure: sign.length > 1 || (blank === '' && !isRange) }
}
