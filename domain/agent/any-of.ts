import { type JsonValue, isJsonObject } from '../json/json.ts'

/** The schema of what one of these schemas allows. */
export function anyOf(schemas: readonly JsonValue[]): JsonValue {
  const allowed = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()]
  const [only] = allowed
  if (allowed.length <= 1) return only ?? {}
  const literals = allowed.map(literalsIn)
  return literals.every((values) => values !== null) ? { enum: literals.flat() } : { anyOf: allowed }
}

/** The values that a schema allows, where it lists them; `null` where it does not. */
export function literalsIn(schema: JsonValue): readonly JsonValue[] | null {
  if (!isJsonObject(schema)) return null
  if (schema['const'] !== undefined) return [schema['const']]
  if (Array.isArray(schema['enum'])) return schema['enum'] as readonly JsonValue[]
  return schema['type'] === 'null' ? [null] : null
}
