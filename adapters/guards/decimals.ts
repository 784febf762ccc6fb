/** A language says which of `.` and `,` is the decimal sign. */
export type NumberLanguage = 'sv' | 'en'

const DECIMAL_SIGN: Readonly<Record<NumberLanguage, string>> = { sv: ',', en: '.' }

/**
 * What a number as it is written may mean, as plain decimals ("1.5", "1000"). Two where only the language
 * decides: "1.500" is 1500 in Swedish and 1.5 in English.
 */
export function readings(written: string, language?: NumberLanguage): string[] {
  const digits = written.replaceAll(/[^\d.,]/g, '')
  const signs = digits.match(/[.,]/g) ?? []
  const last = signs.at(-1)
  if (last === undefined) return [plain(digits)]
  if (signs.length === 1) return ofOneSign(digits, last, language)
  const decimal = digits.lastIndexOf(last)
  const others = signs.slice(0, -1)
  // "1,234.56": the sign that comes last and once is the decimal one.
  if (others.every((sign) => sign !== last))
    return [plain(`${digits.slice(0, decimal).replaceAll(/[.,]/g, '')}.${digits.slice(decimal + 1)}`)]
  // "1.000.000", but "28.11.2026" is no number and stays as it is.
  return [/^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/.test(digits) ? plain(digits.replaceAll(/[.,]/g, '')) : digits]
}

function ofOneSign(digits: string, sign: string, language?: NumberLanguage): string[] {
  const asDecimal = plain(digits.replace(sign, '.'))
  if (!/^[1-9]\d{0,2}[.,]\d{3}$/.test(digits)) return [asDecimal]
  const asThousands = plain(digits.replace(sign, ''))
  if (language === undefined) return [asThousands, asDecimal]
  return [sign === DECIMAL_SIGN[language] ? asDecimal : asThousands]
}

/** A decimal times a power of ten, digit by digit, so that nothing is rounded. A date stays as it is. */
export function shifted(decimal: string, power: number): string {
  if (!/^\d+(?:\.\d+)?$/.test(decimal)) return decimal
  const [whole = '', fraction = ''] = decimal.split('.')
  const padded = fraction.padEnd(power, '0')
  return plain(`${whole}${padded.slice(0, power)}.${padded.slice(power)}`)
}

/** No zeros that mean nothing. Numbers of eight digits and more are article numbers, whose zeros mean something. */
function plain(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.')
  const kept = fraction.replace(/0+$/, '')
  const shown = whole.length >= ARTICLE_NUMBER_DIGITS ? whole : whole.replace(/^0+(?=\d)/, '')
  return kept === '' ? shown : `${shown}.${kept}`
}

const ARTICLE_NUMBER_DIGITS = 8
