/** Any JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>

// Only the needed members of a provider's answer are read. Other members may have any form.

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object itself; an empty one in place of anything else. */
export function record(value: unknown): JsonRecord {
  return isRecord(value) ? value : {}
}

/** The objects of a list, which PHP may write by number; a lone object counts as a list of one. */
export function records(value: unknown): readonly JsonRecord[] {
  if (isRecord(value)) return '0' in value ? Object.values(value).filter(isRecord) : [value]
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isRecord) : []
}

/** The blocks of an answer; a text counts as a block of text. */
export function blocks(value: unknown): readonly JsonRecord[] {
  return typeof value === 'string' ? [{ type: 'text', text: value }] : records(value)
}

/** The text itself; `''` in place of anything else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** An id, which some servers send as a number. */
export function idOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : text(value)
}

/** A number, which some servers send as text; `undefined` in place of anything else. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined
}

/** The first of these members that has a value. */
export function firstOf(given: JsonRecord, names: readonly string[]): unknown {
  return names.map((name) => given[name]).find((value) => value !== undefined && value !== null)
}

/** Usage that is reported bit by bit, or again: later numbers count, and 0 takes nothing back. */
export function withLater(usage: JsonRecord, later: JsonRecord): JsonRecord {
  const known = Object.entries(later).filter(([, value]) => value !== null && value !== 0)
  return { ...usage, ...Object.fromEntries(known) }
}

/** The first of these numbers of tokens that counts any: servers name the same number otherwise. */
export function firstCount(...values: readonly unknown[]): number {
  return count(values.find((value) => count(value) > 0))
}

/** More than any call takes. Sums of numbers without a limit, and what they cost, would fit into no column. */
const MOST_TOKENS = 1e9

/** A number of tokens, which some servers send as text; 0 in place of anything that counts nothing. */
export function count(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  const isCount = typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MOST_TOKENS
  return isCount ? number : 0
}
