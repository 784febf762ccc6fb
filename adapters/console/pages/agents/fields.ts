import type { JsonObject, JsonValue } from '#domain/json/json.ts'

/** How one member of an input is asked for. `json` is for what no other control can hold. */
export interface Field {
  readonly name: string
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'lines' | 'json'
  readonly isRequired: boolean
  readonly description: string
  /** Of `choice`. */
  readonly values: readonly string[]
}

type Schema = Readonly<Record<string, unknown>>

/**
 * The fields of a form for this JSON Schema. `null` where the input is no object with known members: only JSON can say
 * it.
 */
export function fieldsOf(schema: Schema | null): readonly Field[] | null {
  const properties = schema?.['type'] === 'object' ? schema['properties'] : null
  if (!isSchema(properties)) return null
  const required = Array.isArray(schema?.['required']) ? (schema['required'] as readonly unknown[]) : []
  return Object.entries(properties).map(([name, member]) => fieldOf(name, isSchema(member) ? member : {}, required))
}

function fieldOf(name: string, schema: Schema, required: readonly unknown[]): Field {
  const { description, enum: values } = schema
  const isChoice = Array.isArray(values) && values.every((value) => typeof value === 'string')
  return {
    name,
    kind: isChoice ? 'choice' : kindOf(schema),
    isRequired: required.includes(name),
    description: typeof description === 'string' ? description : '',
    values: isChoice ? values : [],
  }
}

function kindOf({ type, items }: Schema): Field['kind'] {
  if (type === 'string') return 'text'
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'boolean') return 'boolean'
  return type === 'array' && isSchema(items) && items['type'] === 'string' && !('enum' in items) ? 'lines' : 'json'
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What the controls of a form hold, by the names of the fields. */
export type Held = Readonly<Record<string, string>>

/** The input that they make. An optional field that is empty is left out. @throws {SyntaxError} for JSON that is none. */
export function inputOf(fields: readonly Field[], held: Held): JsonObject {
  const members = fields.flatMap((field): readonly (readonly [string, JsonValue])[] => {
    const text = held[field.name] ?? ''
    return text === '' && !isSaidEmpty(field) ? [] : [[field.name, valueOf(field, text)]]
  })
  return Object.fromEntries(members)
}

/** An empty text may be meant where a text is required; the agent's schema decides whether it will do. */
function isSaidEmpty({ kind, isRequired }: Field): boolean {
  return isRequired && (kind === 'text' || kind === 'lines')
}

function valueOf({ kind, name }: Field, text: string): JsonValue {
  switch (kind) {
    case 'text':
    case 'choice':
      return text
    case 'number':
      return Number(text)
    case 'boolean':
      return text === 'true'
    case 'lines':
      return text.split('\n').filter((line) => line !== '')
    case 'json':
      return parsed(name, text)
  }
}

/** @throws {SyntaxError} which names the field. */
export function parsed(name: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch (error) {
    throw new SyntaxError(`${name}: this is no JSON. ${(error as Error).message}`, { cause: error })
  }
}
