import { InvalidArgumentError } from 'commander'
import type { JsonValue } from '#domain/json/json.ts'
import { firstLossyNumber } from '#domain/json/lossy-number.ts'
import { CliError } from './server-call.ts'

/**
 * JSON if it is JSON; else the text itself, so that a sentence needs no quotes within quotes.
 * @throws {CliError} when it begins like JSON and is none, which is more likely a mistake in shell quoting than a
 * sentence. Also for a number that would lose its value.
 */
export function parseInput(text: string, option = '--input'): JsonValue {
  const value = parse(text, option)
  const lossy = typeof value === 'string' ? null : firstLossyNumber(text)
  if (!lossy) return value
  const place = lossy.path.length > 0 ? ` at ${lossy.path.join('.')}` : ''
  throw new CliError(
    `${option} holds ${lossy.written}${place}, which is more than a double can hold. Write it as a string.`,
  )
}

function parse(text: string, option: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch (error) {
    if (!/^\s*[[{]/.test(text)) return text
    throw new CliError(
      `${option} looks like JSON and is not: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
}

/** @throws {InvalidArgumentError} */
export function seconds(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number of seconds, such as 90.')
}

/** @throws {InvalidArgumentError} */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number, such as 50.')
}
