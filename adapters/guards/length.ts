import { DefinitionError } from '#domain/agent/errors.ts'
import type { Guard } from '#domain/write/guard.ts'
import { plainText } from './plain-text.ts'

/** Made at the first check: a program that only lists its agents need not load the rules of all scripts. */
let segmenter: Intl.Segmenter | undefined

/**
 * The text that a reader sees has from `least` to `most` characters, both inclusive. Tags do not count, blanks in a row
 * count as one, and so does an emoji or a letter with its accent.
 * @throws {DefinitionError} when the limits are no whole numbers in this order.
 */
export function lengthBetween(least: number, most: number): Guard {
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least < 0 || most < least)
    throw new DefinitionError(
      `lengthBetween(${String(least)}, ${String(most)}): give two whole numbers, the smaller first`,
    )
  return (_before, after) => {
    segmenter ??= new Intl.Segmenter()
    const length = [...segmenter.segment(plainText(after).replaceAll(/\s+/g, ' ').trim())].length
    if (length >= least && length <= most) return null
    return `The text has ${String(length)} characters; it must have ${String(least)} to ${String(most)}.`
  }
}
