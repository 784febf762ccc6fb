import { type JsonObject, type JsonValue, isJsonObject } from '#domain/json/json.ts'

/** Values that are known already, by the names of the fields they came in. */
export type Known = ReadonlyMap<string, JsonValue>

/** Every named value in `value`, the outermost first. */
export function knownFrom(value: JsonValue): Known {
  const known = new Map<string, JsonValue>()
  const open: JsonValue[] = [value]
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (Array.isArray(next)) open.push(...(next as readonly JsonValue[]))
    else if (isJsonObject(next)) {
      for (const [name, inner] of Object.entries(next)) {
        if (!known.has(name)) known.set(name, inner)
        open.push(inner)
      }
    }
  }
  return known
}

const DEEPEST = 6

/** Where in the schema a value stands. */
interface Place {
  readonly name: string
  readonly depth: number
}

/** A plausible value for a JSON Schema: what is known by that name where it fits, else an example of its type. */
export function sampleOf(schema: JsonValue | undefined, known: Known, place = { name: 'value', depth: 0 }): JsonValue {
  if (!isJsonObject(schema) || place.depth > DEEPEST) return null
  const given = known.get(place.name)
  if (given !== undefined && isA(given, schema)) return given
  const member = listAt(schema, 'anyOf')[0] ?? listAt(schema, 'oneOf')[0] ?? listAt(schema, 'allOf')[0]
  if (member !== undefined) return sampleOf(member, known, { ...place, depth: place.depth + 1 })
  return exampleIn(schema) ?? byType(schema, known, place)
}

/** What the schema itself names. */
function exampleIn(schema: JsonObject): JsonValue | undefined {
  return schema['const'] ?? schema['default'] ?? listAt(schema, 'enum')[0] ?? listAt(schema, 'examples')[0]
}

function byType(schema: JsonObject, known: Known, place: Place): JsonValue {
  const { type } = schema
  if (type === 'object') return objectFor(schema, known, place)
  if (type === 'array') return arrayFor(schema, known, place)
  if (type === 'number' || type === 'integer') return numberIn(schema)
  if (type === 'string') return textFor(schema, place.name)
  return type === 'boolean' ? true : null
}

/** What is required, and what is known besides. */
function objectFor(schema: JsonObject, known: Known, { depth }: Place): JsonValue {
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const required = listAt(schema, 'required')
  const named = properties.filter(([name]) => required.includes(name) || known.has(name))
  return Object.fromEntries(named.map(([name, inner]) => [name, sampleOf(inner, known, { name, depth: depth + 1 })]))
}

function arrayFor(schema: JsonObject, known: Known, { name, depth }: Place): JsonValue {
  const length = Math.max(1, numberOr(schema['minItems'], 1))
  return Array.from({ length }, () => sampleOf(schema['items'], known, { name, depth: depth + 1 }))
}

function numberIn({ minimum, maximum, exclusiveMinimum, multipleOf }: JsonObject): number {
  const least = Math.max(numberOr(minimum, 1), numberOr(exclusiveMinimum, 0) + 1)
  const step = numberOr(multipleOf, 1)
  return Math.min(Math.ceil(least / step) * step, numberOr(maximum, Number.POSITIVE_INFINITY))
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'anna@example.com',
  uri: 'https://example.com/',
  date: '2026-01-05',
  time: '09:00:00Z',
  'date-time': '2026-01-05T09:00:00Z',
  uuid: '00000000-0000-4000-8000-000000000000',
}

function textFor({ format, minLength, maxLength }: JsonObject, name: string): string {
  const text = (typeof format === 'string' ? FORMATS[format] : undefined) ?? `sample ${name}`
  return text.padEnd(numberOr(minLength, 0), '.').slice(0, numberOr(maxLength, Number.POSITIVE_INFINITY))
}

function isA(value: JsonValue, { type, enum: allowed }: JsonObject): boolean {
  if (Array.isArray(allowed)) return allowed.includes(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isJsonObject(value)
  return typeof value === type
}

function listAt(schema: JsonObject, keyword: string): readonly JsonValue[] {
  const list = schema[keyword]
  return Array.isArray(list) ? (list as readonly JsonValue[]) : []
}

function numberOr(value: JsonValue | undefined, other: number): number {
  return typeof value === 'number' ? value : other
}
