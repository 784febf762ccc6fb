import { type JsonObject, type JsonValue, isJsonObject } from '../json/json.ts'
import { anyOf } from './any-of.ts'

/** Their members are named by the author, and are schemas. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions'])
/** They hold values, which are no schemas. */
const VALUES = new Set(['const', 'enum', 'default', 'examples', 'required'])

/**
 * The same schema with lists in place of tuples. JSON Schema has two ways to write a tuple, and each model provider refuses
 * one of them or both. The list takes any of its items at any place, and its description says which stands where.
 */
export function withoutTuples(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(asList(schema)).map(([name, value]) => [name, member(name, value)]))
}

function member(name: string, value: JsonValue): JsonValue {
  if (VALUES.has(name)) return value
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((item) => (isJsonObject(item) ? withoutTuples(item) : item))
  if (!isJsonObject(value)) return value
  if (!MAPS.has(name)) return withoutTuples(value)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isJsonObject(inner) ? withoutTuples(inner) : inner]),
  )
}

function asList(schema: JsonObject): JsonObject {
  const { prefixItems, items, additionalItems, description, ...others } = schema
  const places = Array.isArray(prefixItems) ? prefixItems : items
  if (!Array.isArray(places)) return schema
  const rest = Array.isArray(prefixItems) ? items : additionalItems
  const listed = places as readonly JsonValue[]
  const order = `In this order: ${listed.map((place) => JSON.stringify(place)).join(', ')}.`
  return {
    ...others,
    description: typeof description === 'string' ? `${description} ${order}` : order,
    items: anyOf(isJsonObject(rest) ? [...listed, rest] : listed),
    ...(rest === false && { maxItems: listed.length }),
  }
}
