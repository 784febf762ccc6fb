import { problemWithWholeNumber } from './checks.ts'
import { checked } from './checked.ts'

/** A setting that counts something. */
export function wholeNumber(least: number, most: number) {
  return checked((text) => problemWithWholeNumber(text, least, most)).transform(Number)
}
