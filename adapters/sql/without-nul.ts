import type { SqlValue } from './database.ts'

/** For what has no text with the character NUL in it. */
export function withoutNul(params: readonly SqlValue[]): readonly SqlValue[] {
  return params.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value))
}
