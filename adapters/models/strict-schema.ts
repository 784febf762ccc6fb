import { type JsonObject, type JsonValue, isJsonObject } from '#domain/json/json.ts'

/**
 * What a strict schema of OpenAI may hold (https://platform.openai.com/docs/guides/structured-outputs). Other limits of
 * a value become words of its description.
 */
const KNOWN = new Set([
  ...['$schema', 'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'description'],
  ...['anyOf', '$ref', '$defs', 'definitions', 'title', 'pattern', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems'],
])
const FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'])
/** These become words in every case; a format does where it is not known. */
const IN_WORDS = new Set(['minLength', 'maxLength', 'default', 'examples', 'uniqueItems'])
/** Their members are named by the author, and are schemas. */
const MAPS = new Set(['properties', '$defs', 'definitions'])
const VALUES = new Set(['enum', 'const', 'required', 'type'])

export interface StrictSchema {
  readonly schema: JsonObject
  /** Whether the provider may enforce it; otherwise it is the author's own schema, and a wish. */
  readonly strict: boolean
}

/** The form of `schema` that OpenAI enforces, where it has one: closed objects without optional members. */
export function strictSchema(schema: JsonObject): StrictSchema {
  const strict = strictForm(schema)
  return strict ? { schema: strict as JsonObject, strict: true } : { schema, strict: false }
}

/** `null` where there is none. */
function strictForm(schema: JsonValue): JsonValue | null {
  if (!isJsonObject(schema)) return schema
  if (!isClosed(schema)) return null
  const said: string[] = []
  const members: [string, JsonValue][] = []
  for (const [name, value] of Object.entries(schema)) {
    if (isForWords(name, value)) {
      said.push(`${name}: ${JSON.stringify(value)}`)
      continue
    }
    const form = strictMember(name, value)
    if (form === null && value !== null) return null
    members.push([name, form])
  }
  return withWords(Object.fromEntries(members), said)
}

function isForWords(name: string, value: JsonValue): boolean {
  return IN_WORDS.has(name) || (name === 'format' && !(typeof value === 'string' && FORMATS.has(value)))
}

function strictMember(name: string, value: JsonValue): JsonValue | null {
  if (VALUES.has(name)) return value
  if (!KNOWN.has(name)) return null
  if (!MAPS.has(name) || !isJsonObject(value)) return Array.isArray(value) ? strictList(value) : strictForm(value)
  const forms = strictList(Object.values(value))
  return forms && Object.fromEntries(Object.keys(value).map((key, index) => [key, forms[index] ?? null]))
}

function strictList(list: readonly JsonValue[]): readonly JsonValue[] | null {
  const forms = list.map(strictForm).filter((form) => form !== null)
  return forms.length === list.length ? forms : null
}

function isClosed({ type, properties, required, additionalProperties }: JsonObject): boolean {
  if (type !== 'object') return true
  if (additionalProperties !== false || !isJsonObject(properties)) return false
  return Array.isArray(required) && Object.keys(properties).every((name) => required.includes(name))
}

function withWords(schema: JsonObject, said: readonly string[]): JsonObject {
  if (said.length === 0) return schema
  const { description } = schema
  const words = [...(typeof description === 'string' ? [description] : []), said.join('; ')].join(' ')
  return { ...schema, description: words }
}
