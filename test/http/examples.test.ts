import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { contract } from '#test/support/contract.ts'
import { checkContract, checkEvents } from '#test/support/contract-check.ts'

interface Schema {
  readonly $ref?: string
  readonly description?: string
  readonly pattern?: string
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly contentSchema?: Schema
}

interface Shown {
  readonly in?: string
  readonly name?: string
  readonly description?: string
  readonly schema: Schema
}

interface Media {
  readonly schema: Schema
  readonly example?: string
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}

interface Answer {
  readonly description: string
  readonly headers?: Readonly<Record<string, Shown>>
  readonly content?: Readonly<Record<string, Media>>
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Shown[]
  readonly requestBody?: Answer
  readonly responses: Readonly<Record<string, Answer>>
  readonly callbacks?: Readonly<Record<string, Readonly<Record<string, { readonly post: Operation }>>>>
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

const document = JSON.parse(JSON.stringify(contract)) as { readonly paths: Paths; readonly webhooks: Paths }
const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi')

/** What is meant, where it is said elsewhere. */
function meant<T>(said: T | Schema): T {
  const { $ref } = said as Schema
  if ($ref === undefined) return said as T
  const found = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], document)
  return meant(found as T)
}

/** By its text, for one schema has many examples. */
const compiled = new Map<string, ValidateFunction>()

function expectValid(schema: Schema, value: unknown, where: string): void {
  const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/')
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object)
  compiled.set(text, validate)
  expect(validate(value), `${where}: ${ajv.errorsText(validate.errors)}`).toBe(true)
}

/** Whoever reads the document sees what it is and how it looks. */
function expectShown(schema: Schema, where: string): void {
  const { examples = [] } = meant<Schema>(schema)
  expect(examples, where).not.toEqual([])
  for (const example of examples) expectValid(schema, example, where)
}

function operations(): readonly Operation[] {
  const paths = [...Object.values(document.paths), ...Object.values(document.webhooks)]
  const all = paths.flatMap((methods) => Object.values(methods))
  const inner = all.flatMap(({ callbacks = {} }) =>
    Object.values(callbacks).flatMap((urls) => Object.values(urls).map(({ post }) => post)),
  )
  return [...all, ...inner]
}

const byName = operations().map((operation) => [operation.operationId, operation] as const)

describe('every operation shows an example of', () => {
  test.each(byName)('its parameters: %s', (_id, { parameters = [] }) => {
    for (const parameter of parameters.map(meant<Shown>)) {
      const where = `${parameter.in ?? ''} ${parameter.name ?? ''}`
      expect(parameter.description ?? meant<Schema>(parameter.schema).description, where).toBeDefined()
      if (parameter.in === 'path') expect(parameter.schema.pattern, where).toBeDefined()
      expectShown(parameter.schema, where)
    }
  })

  test.each(byName)('its headers: %s', (_id, { responses }) => {
    for (const { headers = {} } of Object.values(responses).map(meant<Answer>)) {
      for (const [name, header] of Object.entries(headers)) {
        expect(meant<Shown>(header).description, name).toBeDefined()
        expectShown(meant<Shown>(header).schema, name)
      }
    }
  })

  test.each(byName.filter(([id]) => id !== 'openApi'))('its bodies: %s', (_id, { requestBody, responses }) => {
    const bodies = [...(requestBody ? [requestBody] : []), ...Object.values(responses).map(meant<Answer>)]
    for (const { description, content } of bodies) {
      const json = content?.['application/json']
      if (json) expectShown(json.schema, description)
    }
  })

  test.each(byName)('each of its refusals: %s', (_id, { responses }) => {
    for (const [status, answer] of Object.entries(responses)) {
      const problems = problemsIn(answer)
      if (problems.length === 0) continue
      const { description } = meant<Answer>(answer)
      const codes = [...description.matchAll(/`(\w+)`/g)].map(([, code]) => code)
      expect(
        problems.map(({ code }) => code),
        description,
      ).toEqual(codes)
      for (const problem of problems) {
        expectValid({ $ref: '#/components/schemas/Problem' }, problem, description)
        expect([String(problem.status), 'default']).toContain(status)
      }
    }
  })
})

test('every refusal of ours has examples, and what comes before a route is in every operation', () => {
  for (const { responses } of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    const refusals = Object.entries(responses).filter(([status]) => !/^[23]/.test(status))
    const shown = new Map(refusals.map(([status, answer]) => [status, problemsIn(answer)]))
    for (const [status, problems] of shown) expect(problems, status).not.toEqual([])
    expect(shown.get('default')?.map(({ status }) => status)).toEqual([405, 408, 431, 503, 503, 503])
  }
})

interface Problem {
  readonly status: number
  readonly code: string
}

/** The refusals that an answer has as its examples. */
function problemsIn(answer: Answer): readonly Problem[] {
  const { examples = {} } = meant<Answer>(answer).content?.['application/problem+json'] ?? {}
  return Object.values(examples).map((example) => meant<{ value: unknown }>(example).value as Problem)
}

describe('a stream shows how it comes, and each of its events', () => {
  const streams = byName.flatMap(([id, { responses }]) => {
    const media = responses['200']?.content?.['text/event-stream']
    return media ? [{ id, media }] : []
  })

  test.each([
    { id: 'watchJob', events: 'JobEvents', first: 'id: 1\nevent: job.submitted\n', last: 'job.completed' },
    { id: 'watchBatch', events: 'BatchEvents', first: 'event: progress\n', last: 'progress' },
    { id: 'run', events: 'RunEvents', first: 'event: model_call.started\n', last: 'report' },
  ] as const)('$id', ({ id, events, first, last }) => {
    const media = streams.find((stream) => stream.id === id)?.media
    const example = String(media?.example)
    expect(example.slice(0, first.length)).toBe(first)
    expect(example).toMatch(new RegExp(`event: ${last}\ndata: .*\n\n$`))
    checkEvents(example, events)
    const schema = { $ref: `#/components/schemas/${events}` }
    expect(media?.schema.contentSchema).toEqual(schema)
    const { examples, properties } = meant<Schema>(schema)
    expect(Object.keys(examples?.[0] ?? {}).sort()).toEqual(Object.keys(properties ?? {}).sort())
    expectShown(schema, events)
  })

  test('and there are no others', () => {
    expect(streams.map(({ id }) => id).sort()).toEqual(['run', 'watchBatch', 'watchJob'])
  })
})

describe('members that come later', () => {
  test('are no fault of an answer', () => {
    for (const [id, { responses }] of byName) {
      for (const answer of Object.values(responses)) {
        for (const { schema } of Object.values(meant<Answer>(answer).content ?? {})) {
          for (const example of meant<Schema>(schema).examples ?? [])
            expectValid(schema, { ...(example as object), comesLater: 1 }, id)
        }
      }
    }
    expect(JSON.stringify(responseSchemas())).not.toContain('"additionalProperties":false')
  })

  test('are one of a request', () => {
    const { SubmitRequest } = contract.components?.schemas ?? {}
    expect(SubmitRequest).toMatchObject({ additionalProperties: false })
  })

  test('are noticed by our own tests', async () => {
    const health = { status: 'ok', runtime: 'test' }
    await checkContract('GET', '/healthz', Response.json(health))
    await expect(checkContract('GET', '/healthz', Response.json({ ...health, comesLater: 1 }))).rejects.toThrow()
    const problem = {
      type: '/errors/job_not_found',
      title: 'x',
      status: 404,
      detail: 'x',
      code: 'job_not_found',
      retryable: false,
    }
    const refused = (members: object) =>
      new Response(JSON.stringify({ ...problem, ...members }), {
        status: 404,
        headers: { 'content-type': 'application/problem+json' },
      })
    await checkContract('GET', '/jobs/job_1', refused({}))
    await expect(checkContract('GET', '/jobs/job_1', refused({ comesLater: 1 }))).rejects.toThrow()
    expect(() => {
      checkEvents('event: text\ndata: {"text": "x", "comesLater": 1}\n\n', 'JobEvents')
    }).toThrow()
  })
})

/** Every schema that an answer leads to. */
function responseSchemas(): readonly Schema[] {
  const found = new Set<Schema>()
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const said = meant<Schema>(node)
    if (said !== node && found.has(said)) return
    if (said !== node) found.add(said)
    for (const inner of Object.values(said)) visit(inner)
  }
  for (const [, { responses }] of byName) visit(responses)
  return [...found]
}
