// Writes `admin-schema.graphql`: the part of Shopify's Admin schema that our queries and mutations touch, with every input
// type and enum whole. The source is the introspection in Shopify's npm package @shopify/dev-mcp (ISC), which is too large
// to be a dependency. It fails when one of our documents is not valid against the whole schema.
//
//   npm pack @shopify/dev-mcp@1.16.0 && tar xzf shopify-dev-mcp-1.16.0.tgz
//   node test/shopify/make-schema.ts package/dist/data/admin_2026-10.json.gz
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { SHOPIFY_API_VERSION } from '#adapters/shopify/admin.ts'
import * as documents from '#adapters/shopify/documents.ts'
import {
  type TypeDefinitionNode,
  type DocumentNode,
  type IntrospectionQuery,
  TypeInfo,
  buildClientSchema,
  isTypeDefinitionNode,
  parse,
  print,
  printSchema,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'

const source = process.argv[2]
if (source === undefined) throw new Error('Say where the introspection of the schema is.')
const introspection = JSON.parse(gunzipSync(readFileSync(source)).toString()) as { data: IntrospectionQuery }
const whole = buildClientSchema(introspection.data)

/** `Type.field` of everything that the documents select. */
const selected = new Set<string>()

function select(document: DocumentNode): void {
  const info = new TypeInfo(whole)
  const Field = (): void => {
    const [type, field] = [info.getParentType(), info.getFieldDef()]
    if (type && field) selected.add(`${type.name}.${field.name}`)
  }
  visit(document, visitWithTypeInfo(info, { Field }))
}

for (const text of Object.values(documents)) {
  const document = parse(text)
  const problems = validate(whole, document)
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'))
  select(document)
}

const definitions = new Map<string, TypeDefinitionNode>()
for (const definition of parse(printSchema(whole)).definitions) {
  if (isTypeDefinitionNode(definition)) definitions.set(definition.name.value, pruned(definition))
}

/** Without prose, and of an object's fields only those that are selected. */
function pruned(definition: TypeDefinitionNode): TypeDefinitionNode {
  const type = definition.name.value
  return visit(definition, {
    StringValue: (_node, key) => (key === 'description' ? null : undefined),
    Directive: ({ name }) => (name.value === 'oneOf' ? undefined : null),
    ObjectTypeDefinition: (node) => ({ ...node, interfaces: [] }),
    FieldDefinition: ({ name }) => (selected.has(`${type}.${name.value}`) ? undefined : null),
  })
}

const kept = new Map<string, TypeDefinitionNode>()

function keep(name: string): void {
  const definition = definitions.get(name)
  if (!definition || kept.has(name)) return
  kept.set(name, definition)
  visit(definition, {
    NamedType: ({ name: { value } }) => {
      keep(value)
    },
  })
}

keep('QueryRoot')
keep('Mutation')
const types = [...kept]
  .toSorted(([one], [other]) => one.localeCompare(other))
  .map(([, definition]) => print(definition))
const head = `# Made by make-schema.ts from the Admin schema ${SHOPIFY_API_VERSION} that Shopify publishes. Do not edit.`
const roots = 'schema {\n  query: QueryRoot\n  mutation: Mutation\n}'
writeFileSync(new URL('./admin-schema.graphql', import.meta.url), `${[head, roots, ...types].join('\n\n')}\n`)
