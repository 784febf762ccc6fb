import type { JsonValue } from '#domain/json.ts'
import { CliError } from './server-call.ts'

/**
 * JSON if it is JSON; else the text itself, so that a sentence needs no quotes within quotes.
 * @throws {CliError} when it begins like JSON and is none: more likely a slip of the shell's quoting than a sentence.
 */
export function parseInput(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch (error) {
    if (!/^\s*[[{]/.test(text)) return text
    throw new CliError(`--input looks like JSON and is not: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
