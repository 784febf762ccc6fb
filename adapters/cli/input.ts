import type { JsonValue } from '#domain/json.ts'

/** JSON if it is JSON; else the text itself, so that a sentence needs no quotes within quotes. */
export function parseInput(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}
