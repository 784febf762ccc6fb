import type { JsonObject } from '../json/json.ts'
import { type Issue, describeIssues } from '../json/issues.ts'
import { asError } from './thrown.ts'

/**
 * The part of Standard Schema (https://standardschema.dev, with its JSON Schema extension) that Errand uses.
 * Validation libraries implement it; the core needs none of them.
 */
export interface Schema<Output = unknown, Input = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly jsonSchema: {
      /** JSON Schema of what `validate` accepts. Throws for a type that JSON Schema cannot express. */
      readonly input: (options: { readonly target: 'draft-2020-12' | 'draft-07' }) => Record<string, unknown>
      /** The same of what it returns. */
      readonly output: (options: { readonly target: 'draft-2020-12' | 'draft-07' }) => Record<string, unknown>
    }
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] }

const accepted = new WeakMap<Schema, JsonObject>()

/** What `schema` accepts, in the dialect that model providers take (draft-07). Made once. */
export function jsonSchemaOf(schema: Schema): JsonObject {
  const made = accepted.get(schema) ?? (schema['~standard'].jsonSchema.input({ target: 'draft-07' }) as JsonObject)
  accepted.set(schema, made)
  return made
}

/** Why an author cannot take `schema` as the schema of an input, or of another field; `null` when they can. */
export function problemWithSchema(schema: unknown, field = 'input'): string | null {
  if (typeof schema === 'function') return `its ${field} is a function: call it, so that it returns a schema`
  if (!isSchema(schema)) {
    return `its ${field} must be a schema that can validate, such as z.object({…}) of zod; z.fromJSONSchema({…}) makes one of JSON Schema`
  }
  try {
    jsonSchemaOf(schema)
    return null
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
    return `its ${field} has no JSON Schema: ${why}. It comes as JSON: take a text, and let the schema transform it`
  }
}

function isSchema(value: unknown): value is Schema {
  if (typeof value !== 'object' || value === null || !('~standard' in value)) return false
  const standard = value['~standard']
  return typeof standard === 'object' && standard !== null && 'validate' in standard
}

/** Checks `value`; on failure returns sentences that say what is wrong, each led by the path it is about. */
export async function parseWith<Output>(
  schema: Schema<Output>,
  value: unknown,
): Promise<
  { readonly ok: true; readonly value: Output } | { readonly ok: false; readonly problems: readonly string[] }
> {
  const result = await validated(schema, value)
  if (result.issues === undefined) return { ok: true, value: result.value }
  return { ok: false, problems: describeIssues(result.issues) }
}

async function validated<Output>(schema: Schema<Output>, value: unknown): Promise<SchemaResult<Output>> {
  try {
    return await schema['~standard'].validate(value)
  } catch (error) {
    throw asError(error)
  }
}
