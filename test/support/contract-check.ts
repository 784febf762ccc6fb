import { ok, strictEqual } from 'node:assert/strict'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { contract } from './contract.ts'

/** The published document, in which nothing may come that it does not name: there, answers are left open for what comes later. */
const document = closed(contract) as {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly responses: Record<string, Documented> }
}

interface Operation {
  readonly responses: Record<string, Documented | Reference>
}

interface Reference {
  readonly $ref: string
}

interface Documented {
  readonly headers?: Record<string, unknown>
  readonly content?: Record<string, unknown>
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi')

function closed(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(closed)
  const members = Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, closed(inner)]))
  const isOpen = 'properties' in members && members['type'] === 'object' && !('additionalProperties' in members)
  return isOpen ? { ...members, additionalProperties: false } : members
}

/** Headers that say how a message travels, not what it says. */
const TRANSPORT = new Set([
  'content-type',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'date',
  'cache-control',
  'vary',
  'content-encoding',
  'x-accel-buffering',
])

/**
 * Holds a response against the published contract: its status, its media type, its headers and every member of its body.
 * What no route takes must be Problem Details all the same.
 */
export async function checkContract(method: string, url: string, response: Response): Promise<void> {
  const { pathname } = new URL(url, 'http://errand')
  const path = Object.keys(document.paths).find((template) => matches(template, pathname))
  const operation = path === undefined ? undefined : document.paths[path]?.[method.toLowerCase().replace('head', 'get')]
  const said = `${method} ${pathname} → ${String(response.status)}`
  if (path === undefined || !operation) {
    ok([400, 401, 404, 405, 413, 415, 421, 429].includes(response.status), `${said}: not documented`)
    check('#/components/schemas/Problem', await response.clone().json(), said)
    return
  }
  const { place, documented } = answerOf(operation, response.status, [
    'paths',
    path,
    method.toLowerCase().replace('head', 'get'),
  ])
  ok(documented, `${said}: this status is not documented`)
  for (const [name] of response.headers) {
    ok(
      TRANSPORT.has(name) || name.startsWith('access-control-') || name in (documented.headers ?? {}),
      `${said}: header ${name} is not documented`,
    )
  }
  checkRetryAfter(response, said)
  await checkBody(response, documented, { place, method, said })
}

function checkRetryAfter({ status, headers }: Response, said: string): void {
  if (status !== 429 && status !== 503) return
  ok(/^[1-9]\d*$/.test(headers.get('retry-after') ?? ''), `${said}: no Retry-After`)
}

/** What may be said of any request before it comes to a route is documented once, as the default. */
const BY_DEFAULT = new Set([405, 408, 431, 503])

interface Found {
  readonly documented: Documented | undefined
  /** Where it is in the document. */
  readonly place: readonly string[]
}

function answerOf({ responses }: Operation, status: number, at: readonly string[]): Found {
  const name = String(status) in responses || !BY_DEFAULT.has(status) ? String(status) : 'default'
  const found = responses[name]
  if (!found || !('$ref' in found)) return { documented: found, place: [...at, 'responses', name] }
  const component = found.$ref.replace('#/components/responses/', '')
  return { documented: document.components.responses[component], place: ['components', 'responses', component] }
}

async function checkBody(
  response: Response,
  { content = {} }: Documented,
  { place, method, said }: { readonly place: readonly string[]; readonly method: string; readonly said: string },
): Promise<void> {
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
  if (Object.keys(content).length === 0) {
    strictEqual(await response.clone().text(), '', `${said}: no body is documented`)
    return
  }
  ok(type in content, `${said}: media type ${type} is not documented`)
  if (type === 'text/event-stream' || method === 'HEAD') return
  if (type === 'application/x-ndjson') {
    const schema = (content[type] as { readonly schema: { readonly contentSchema: Reference } }).schema.contentSchema
      .$ref
    for (const line of (await response.clone().text()).split('\n').filter(Boolean))
      check(schema, JSON.parse(line), said)
    return
  }
  const pointer = [...place, 'content', type, 'schema'].map(escape).join('/')
  check(`#/${pointer}`, await response.clone().json(), said)
}

/** The `data` of each event of a stream, against the schema of its name. */
export function checkEvents(stream: string, kind: 'JobEvents' | 'RunEvents' | 'BatchEvents'): void {
  for (const block of stream.split('\n\n').filter((text) => text.includes('event: '))) {
    const name = /^event: (.*)$/m.exec(block)?.[1] ?? ''
    const data = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') as unknown
    check(`#/components/schemas/${kind}/properties/${escape(name)}`, data, `event ${name}`)
  }
}

const compiled = new Map<string, ValidateFunction>()

function check(pointer: string, value: unknown, said: string): void {
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi${pointer}` })
  compiled.set(pointer, validate)
  ok(validate(value), `${said}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 2000)}`)
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function matches(template: string, pathname: string): boolean {
  const pattern = template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')
  // A literal path comes before one with a parameter in its place.
  if (template === '/jobs/{id}' && pathname === '/jobs/counts') return false
  return new RegExp(`^${pattern}$`).test(pathname)
}
