import type { JsonObject } from './json.ts'

/**
 * The part of Standard Schema (https://standardschema.dev, with its JSON Schema extension) that Errand uses.
 * Zod 4.2 and later implements it, and so do other validation libraries; the core needs none of them.
 */
export interface Schema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly jsonSchema: {
      /** JSON Schema of what `validate` accepts. Throws for a type that JSON Schema cannot express. */
      readonly input: (options: { readonly target: 'draft-2020-12' | 'draft-07' }) => Record<string, unknown>
    }
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

const known = new WeakMap<Schema, JsonObject>()

/** What `schema` accepts, in the dialect that model providers take (draft-07). Made once: it is wanted with every model call. */
export function jsonSchemaOf(schema: Schema): JsonObject {
  const made = known.get(schema) ?? (schema['~standard'].jsonSchema.input({ target: 'draft-07' }) as JsonObject)
  known.set(schema, made)
  return made
}

/** Why models could not be told of `schema`; `null` when they can. */
export function problemWithSchema(schema: Schema): string | null {
  try {
    return jsonSchemaOf(schema)['type'] === 'object' ? null : 'its input must be an object'
  } catch (error) {
    return `its input has no JSON Schema: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Checks `value`; on failure returns one sentence per problem, each led by the path it is about. */
export async function parseWith<Output>(
  schema: Schema<Output>,
  value: unknown,
): Promise<
  { readonly ok: true; readonly value: Output } | { readonly ok: false; readonly problems: readonly string[] }
> {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return { ok: true, value: result.value }
  return { ok: false, problems: result.issues.map(describeIssue) }
}

function describeIssue({ path, message }: SchemaIssue): string {
  const place = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return place === '' ? message : `${place}: ${message}`
}
