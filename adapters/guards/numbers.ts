import type { Guard } from '#domain/write/guard.ts'
import type { NumberLanguage } from './decimals.ts'
import { withDigits } from './number-words.ts'
import { plainText } from './plain-text.ts'
import { type Quantity, quantitiesOf } from './quantities.ts'

/**
 * Every number of the old text, with its unit, is in the new one: measures, percentages, sizes (XL), article numbers.
 * The order does not matter, nor does "1 kg" or "1000 g", "1,5" or "1.5", "12" or "tolv".
 */
export function keepsNumbers(): Guard {
  return (before, after) => {
    const missing = notIn(writtenIn(before ?? ''), saidIn(after))
    return missing.length === 0 ? null : `The new text lacks what the old one says: ${listed(missing)}.`
  }
}

/** The new text has no number that the old one has not: what a model adds, it has invented. */
export function addsNoNumbers(): Guard {
  return (before, after) => {
    const added = notIn(writtenIn(after), saidIn(before ?? ''))
    return added.length === 0 ? null : `The new text says what the old one does not: ${listed(added)}.`
  }
}

/** The texts of one thing, by language. */
export type Translations = Readonly<Partial<Record<NumberLanguage, string>>>

/** The Swedish and the English text have the same numbers and units. Nothing is compared where one is absent. */
export function agreesInNumbers(): Guard<Translations> {
  return (_before, { sv, en }) => {
    if (sv === undefined || en === undefined) return null
    const onlySwedish = notIn(writtenIn(sv, 'sv'), saidIn(en, 'en'))
    const onlyEnglish = notIn(writtenIn(en, 'en'), saidIn(sv, 'sv'))
    if (onlySwedish.length === 0 && onlyEnglish.length === 0) return null
    const found = [
      ...(onlySwedish.length > 0 ? [`only in Swedish: ${listed(onlySwedish)}`] : []),
      ...(onlyEnglish.length > 0 ? [`only in English: ${listed(onlyEnglish)}`] : []),
    ]
    return `The two languages differ in their numbers (${found.join('; ')}).`
  }
}

function writtenIn(html: string, language?: NumberLanguage): Quantity[] {
  return quantitiesOf(plainText(html), language)
}

function saidIn(html: string, language?: NumberLanguage): Quantity[] {
  return [...writtenIn(html, language), ...quantitiesOf(withDigits(plainText(html)), language)]
}

/** A number without a unit is said by one with any: "10" of "10 x 20 cm" may become "10 cm". */
function notIn(needed: readonly Quantity[], there: readonly Quantity[]): Quantity[] {
  const said = new Set(
    there.flatMap((one) => [...one.numbers, ...one.amounts.map((amount) => measure(amount, one.unit))]),
  )
  return needed.filter(({ numbers, amounts, unit, isLoose = false }) => {
    if (isLoose) return false
    const wanted = unit === null ? numbers : amounts.map((amount) => measure(amount, unit))
    return !wanted.some((one) => said.has(one))
  })
}

/** Unlike any number without a unit. */
function measure(amount: string, unit: string | null): string {
  return `${amount} ${unit ?? ''}`
}

/** Ten at most: a text that lost its table of measures need not repeat it. */
const MOST_LISTED = 10

function listed(quantities: readonly Quantity[]): string {
  const texts = [...new Set(quantities.map(({ text }) => text))]
  const more = texts.length - MOST_LISTED
  return texts.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${String(more)} more` : '')
}
