import { DefinitionError } from '#domain/agent/errors.ts'
import type { Guard } from '#domain/write/guard.ts'
import { detectLanguage } from './language-detector.ts'
import { plainText } from './plain-text.ts'

/** ISO 639-1, and the ISO 639-3 codes that the detector knows them by. Norwegian is two written languages. */
const LANGUAGES = {
  sv: ['swe'],
  en: ['eng'],
  da: ['dan'],
  no: ['nob', 'nno'],
  fi: ['fin'],
  de: ['deu'],
  nl: ['nld'],
  fr: ['fra'],
  es: ['spa'],
  it: ['ita'],
  pt: ['por'],
  pl: ['pol'],
} as const

export type TextLanguage = keyof typeof LANGUAGES

const CODES: readonly string[] = Object.values(LANGUAGES).flat()
const NAMES: Readonly<Record<string, TextLanguage>> = Object.fromEntries(
  Object.entries(LANGUAGES).flatMap(([language, codes]) => codes.map((code) => [code, language as TextLanguage])),
)

/** Below this the detector guesses: of two short sentences (90 letters) it is right, of one (45) in four of five. */
const LEAST_LETTERS = 80

/**
 * The new text is in this language. A text of less than 80 letters passes: the detector would only guess.
 * @throws {DefinitionError} when the language is none of those that it knows.
 */
export function isInLanguage(language: TextLanguage): Guard {
  if (!Object.hasOwn(LANGUAGES, language))
    throw new DefinitionError(`isInLanguage: "${language}" is none of ${Object.keys(LANGUAGES).join(', ')}`)
  return (_before, after) => {
    const text = plainText(after)
    if ((text.match(/\p{L}/gu) ?? []).length < LEAST_LETTERS) return null
    const code = detectLanguage(text, CODES)
    const found = code === null ? undefined : NAMES[code]
    if (found === language) return null
    return `The text must be in language "${language}", and reads as ${found === undefined ? 'another' : `"${found}"`}.`
  }
}
