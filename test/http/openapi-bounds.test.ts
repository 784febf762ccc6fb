import { describe, expect, test } from 'vitest'
import { contract } from '#test/support/contract.ts'

type Json = Readonly<Record<string, unknown>>

const document = JSON.parse(JSON.stringify(contract)) as Json

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

/** What a reference in the document leads to. */
function resolved(value: unknown): Json {
  const node = isObject(value) ? value : {}
  if (typeof node['$ref'] !== 'string') return node
  const path = node['$ref'].slice(2).split('/')
  return resolved(path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), document))
}

/** Every node in the document, with its place; examples are data and no schemas. */
function* nodes(value: unknown, place = ''): Generator<{ readonly node: Json; readonly place: string }> {
  if (!isObject(value)) return
  yield { node: value, place }
  for (const [name, inner] of Object.entries(value)) {
    if (!['example', 'examples', 'default', 'enum', 'const'].includes(name)) yield* nodes(inner, `${place}/${name}`)
  }
}

function typesOf({ type }: Json): readonly unknown[] {
  return Array.isArray(type) ? type : [type]
}

/** Any JSON, which the size of a body bounds. */
function isAnyJson(schema: Json): boolean {
  return typesOf(schema).length > 3
}

function isUnbounded(schema: Json): boolean {
  if (isAnyJson(schema)) return false
  const types = typesOf(schema)
  const bounds = ['maxLength', 'pattern', 'format', 'enum', 'const']
  if (types.includes('string') && !bounds.some((bound) => bound in schema)) return true
  return types.includes('array') && !('maxItems' in schema)
}

const operations = Object.entries(resolved(document['paths'])).flatMap(([path, methods]) =>
  Object.entries(resolved(methods)).map(([method, operation]) => ({
    at: `${method} ${path}`,
    operation: resolved(operation),
  })),
)

/** Of a body that is read line by line, a line is what is bounded. */
function lineOf(schema: Json): Json {
  return 'contentSchema' in schema ? resolved(schema['contentSchema']) : schema
}

describe('the published contract', () => {
  test('says of every list what is in it', () => {
    const lists = [...nodes(document)].filter(({ node }) => typesOf(node).includes('array'))
    expect(lists.length).toBeGreaterThan(10)
    expect(lists.filter(({ node }) => !('items' in node)).map(({ place }) => place)).toEqual([])
  })

  test('says of every refusal that may pass when to come again', () => {
    const refusals = operations.flatMap(({ at, operation }) =>
      Object.entries(resolved(operation['responses']))
        .filter(([status]) => status === '429' || status === '503')
        .map(([status, response]) => ({ at: `${at} ${status}`, headers: resolved(resolved(response)['headers']) })),
    )
    expect(refusals.length).toBeGreaterThan(10)
    expect(
      refusals
        .filter(({ headers }) => !Object.keys(headers).some((name) => name.toLowerCase() === 'retry-after'))
        .map(({ at }) => at),
    ).toEqual([])
  })

  test('bounds every text and list that a request may hold', () => {
    const schemas = operations.flatMap(({ at, operation }) =>
      Object.values(resolved(resolved(operation['requestBody'])['content'])).map((media) => ({
        at,
        schema: lineOf(resolved(resolved(media)['schema'])),
      })),
    )
    expect(schemas.length).toBeGreaterThan(3)
    const unbounded = schemas.flatMap(({ at, schema }) =>
      [...nodes(schema)].filter(({ node }) => isUnbounded(resolved(node))).map(({ place }) => `${at}${place}`),
    )
    expect(unbounded).toEqual([])
  })
})
