import { type JsonObject, type JsonValue, isJsonObject } from '../json/json.ts'
import { anyOf, literalsIn } from './any-of.ts'
import { withoutTuples } from './tuple-schema.ts'

/** What an object may hold: for each property every form that it may have. */
interface Shape {
  readonly properties: ReadonlyMap<string, readonly JsonValue[]>
  readonly required: ReadonlySet<string>
  /** The alternatives of a union, in words. */
  readonly forms: readonly string[]
}

const COMBINED = ['oneOf', 'anyOf', 'allOf', '$ref'] as const

/**
 * A JSON Schema (draft-07) with one object at its root and no `oneOf`, `anyOf`, `allOf` or `$ref` there. Anthropic and
 * OpenAI require this of a tool's input. A union becomes one object with the properties of all its members, and its
 * description lists the forms. This object accepts more than the union, so the original schema must still validate the
 * arguments. `null` if the schema accepts anything but objects.
 */
export function asObjectSchema(schema: JsonObject): JsonObject | null {
  const object = oneObject(schema)
  return object && withoutTuples(object)
}

function oneObject(schema: JsonObject): JsonObject | null {
  if (!COMBINED.some((keyword) => keyword in schema)) return schema['type'] === 'object' ? schema : null
  const shape = shapeOf(schema, schema)
  if (!shape) return null
  const { description, definitions, $defs } = schema
  const forms = shape.forms.length > 1 ? `One of these forms: ${shape.forms.join(' or ')}.` : ''
  const words = [typeof description === 'string' ? sentence(description) : '', forms]
    .filter((text) => text !== '')
    .join(' ')
  return {
    ...(words !== '' && { description: words }),
    type: 'object',
    properties: Object.fromEntries([...shape.properties].map(([name, allowed]) => [name, anyOf(allowed)])),
    required: [...shape.required],
    ...(definitions !== undefined && { definitions }),
    ...($defs !== undefined && { $defs }),
  }
}

/** @param depth ends a `$ref` that leads back to itself. */
function shapeOf(schema: JsonValue | undefined, root: JsonObject, depth = 0): Shape | null {
  if (!isJsonObject(schema) || depth > 20) return null
  const parts: (Shape | null)[] = []
  const inner = (part: JsonValue | undefined): Shape | null => shapeOf(part, root, depth + 1)
  if (typeof schema['$ref'] === 'string') parts.push(inner(resolve(schema['$ref'], root)))
  for (const keyword of ['oneOf', 'anyOf'] as const) {
    const members = schema[keyword]
    if (Array.isArray(members)) parts.push(either(members.map(inner)))
  }
  const all = schema['allOf']
  if (Array.isArray(all)) parts.push(...all.map(inner))
  if (schema['type'] === 'object') parts.push(ownShape(schema))
  return parts.length === 0 ? null : both(parts)
}

function ownShape(schema: JsonObject): Shape {
  const properties = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const names = Array.isArray(schema['required']) ? schema['required'] : []
  const required = new Set(names.filter((name) => typeof name === 'string'))
  const form = properties.map(([name, value]) => {
    const literals = literalsIn(value)
    if (literals) return `${name}: ${literals.map((literal) => JSON.stringify(literal)).join(' | ')}`
    return required.has(name) ? name : `${name}?`
  })
  // Such as of a record, whose names are free.
  if (isJsonObject(schema['additionalProperties'])) form.push('[any name]')
  const { description } = schema
  const about = typeof description === 'string' ? ` (${description})` : ''
  return {
    properties: new Map(properties.map(([name, value]) => [name, [value]])),
    required,
    forms: [`{${form.join(', ')}}${about}`],
  }
}

/** What one of the shapes accepts: only what all of them require is required. */
function either(shapes: readonly (Shape | null)[]): Shape | null {
  const known = shapes.filter((shape) => shape !== null)
  const [first, ...rest] = known
  if (!first || known.length < shapes.length) return null
  const required = new Set([...first.required].filter((name) => rest.every((shape) => shape.required.has(name))))
  return { properties: merged(known), required, forms: known.flatMap(({ forms }) => forms) }
}

/** What all of the shapes accept at once. */
function both(shapes: readonly (Shape | null)[]): Shape | null {
  const known = shapes.filter((shape) => shape !== null)
  if (known.length < shapes.length) return null
  const required = new Set(known.flatMap((shape) => [...shape.required]))
  const union = known.find(({ forms }) => forms.length > 1) ?? known[0]
  return { properties: merged(known), required, forms: union?.forms ?? [] }
}

function merged(shapes: readonly Shape[]): ReadonlyMap<string, readonly JsonValue[]> {
  const properties = new Map<string, readonly JsonValue[]>()
  for (const [name, allowed] of shapes.flatMap((shape) => [...shape.properties]))
    properties.set(name, [...(properties.get(name) ?? []), ...allowed])
  return properties
}

function resolve(reference: string, root: JsonObject): JsonValue | undefined {
  const [, group = '', name = ''] = /^#\/(definitions|\$defs)\/(.+)$/.exec(reference) ?? []
  const known = root[group]
  return isJsonObject(known) ? known[name] : undefined
}

function sentence(text: string): string {
  return /[.!?:]$/.test(text.trimEnd()) ? text : `${text}.`
}
