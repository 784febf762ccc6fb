/** Anything that survives `JSON.parse(JSON.stringify(value))` unchanged. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [key: string]: JsonValue
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Size of `value` as JSON in UTF-8, which is how it is stored. */
export function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value)
  let bytes = 0
  for (let at = 0; at < text.length; at++) bytes += utf8Bytes(text.charCodeAt(at))
  return bytes
}

/** Of a UTF-16 unit. A character of four bytes is two units, and JSON holds no unit of a pair alone. */
function utf8Bytes(unit: number): number {
  if (unit < 0x80) return 1
  return unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
}

/** JSON in which the same value is always the same text: members in order of their names. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(inOrder(value))
}

/** A replacer, which is called for each value, takes twice as long. */
function inOrder(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return typeof value === 'object' && value !== null ? value.map(inOrder) : value
  // As a `Date` of an author's, which writes itself. From JSON it is a name like all others.
  if (typeof value['toJSON'] === 'function') return inOrder(JSON.parse(JSON.stringify(value)) as JsonValue)
  const names = Object.keys(value).sort()
  // A member may be `undefined`, as far as it is not from JSON, and is left out then.
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name] as JsonValue)]))
}
