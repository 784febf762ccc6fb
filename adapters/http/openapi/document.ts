import * as z from 'zod'
import { type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject, createDocument } from 'zod-openapi'
import { WebHasher } from '#adapters/web/hasher.ts'
import type { ErrorCode } from '#domain/errors.ts'
import { PROBLEM_JSON, statusOf } from '../problem.ts'
import { CallbackMessage } from '../wire/job.ts'
import { Problem } from '../wire/problem.ts'
import { type HeaderName, REQUEST_HEADERS, RESPONSE_HEADERS } from './headers.ts'
import type { Answer, Route } from './route.ts'
import { ROUTES } from './routes.ts'

type Document = ReturnType<typeof createDocument>

let document: Document | undefined

/** The contract as OpenAPI 3.1, made of the schemas that validate. Made once, when it is first asked for. */
export function openApiDocument(): Document {
  document ??= build()
  return document
}

export interface PublishedDocument {
  readonly text: string
  /** The same for the same text. */
  readonly etag: string
}

// Not its promise: on Workers that belongs to the request that made it.
let published: PublishedDocument | undefined

/** The contract as it goes over the wire. */
export async function publishedDocument(): Promise<PublishedDocument> {
  published ??= await publish()
  return published
}

async function publish(): Promise<PublishedDocument> {
  const text = JSON.stringify(openApiDocument())
  return { text, etag: `"${(await new WebHasher().sha256(text)).slice(0, 32)}"` }
}

/** One line for each route. */
export function routeSummaries(): Record<string, string> {
  return Object.fromEntries(Object.entries(ROUTES).map(([route, { summary }]) => [route, summary]))
}

function build(): Document {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const [name, route] of Object.entries(ROUTES)) {
    const [method = '', path = ''] = name.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(method, path, route) }
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Errand',
      version: '0.1.0',
      summary: 'Runs LLM agents as durable jobs.',
      description:
        'Every refusal is Problem Details (RFC 9457) with a `code`. Bodies may have 1 MiB and be nested 100 levels deep. Times are RFC 3339 in UTC.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: TAGS,
    security: [{ apiKey: [] }],
    paths,
    webhooks: { callback: { post: CALLBACK } },
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key: `errand keys create`. None is needed where none was made.',
        },
      },
    },
  })
}

const TAGS = [
  { name: 'runs', description: 'Agents, and answers within the request.' },
  { name: 'jobs', description: 'Work that is handed over.' },
  { name: 'callbacks', description: 'We call you.' },
  { name: 'operations', description: 'Many jobs at once.' },
  { name: 'shop', description: 'The sample shop.' },
  { name: 'service', description: 'The service itself.' },
]

const CALLBACK: ZodOpenApiOperationObject = {
  operationId: 'callback',
  summary: 'We call you',
  description:
    'Signed as Standard Webhooks (https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp` and `webhook-signature`. Sent at least once, in order for each job, for up to 72 hours. Redirects are not followed; answer 410 to hear no more of this job.',
  tags: ['callbacks'],
  security: [],
  requestParams: {
    header: z.object({
      'webhook-id': z
        .string()
        .meta({ description: 'The same in every attempt.', examples: ['msg_01KASH2V8ZQ5D3N6W7X8Y9Z0AB_mi8a2o00_1'] }),
      'webhook-timestamp': z
        .string()
        .meta({ description: 'Seconds since 1970, of this attempt.', examples: ['1795419600'] }),
      'webhook-signature': z.string().meta({
        description: 'One for each secret, with spaces between them.',
        examples: ['v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4='],
      }),
    }),
  },
  requestBody: { required: true, content: { 'application/json': { schema: CallbackMessage } } },
  responses: {
    '204': { description: 'Any status from 200 to 299 means that you have it.' },
  },
}

function operation(method: string, path: string, route: Route): ZodOpenApiOperationObject {
  const { id, summary, description = `${summary}.`, tag, scope, query, headers = [], body } = route
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const header = Object.fromEntries(headers.map((name) => [name, REQUEST_HEADERS[name]]))
  return {
    operationId: id,
    summary,
    description: scope === null ? description : `${description} Scope: \`${scope}\`.`,
    tags: [tag],
    ...(scope === null && { security: [] }),
    requestParams: {
      ...(names.length > 0 && { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      ...(query && { query }),
      ...(headers.length > 0 && { header: z.object(header) }),
    },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: responses(method, route),
  }
}

function responses(method: string, { answers, errors = [], scope }: Route): ZodOpenApiResponsesObject {
  const codes: readonly ErrorCode[] = [
    'invalid_request',
    ...(method === 'GET' ? [] : (['payload_too_large'] as const)),
    ...(scope === null ? [] : (['unauthorized', 'forbidden', 'misdirected_request', 'rate_limited'] as const)),
    ...errors,
    'internal_error',
  ]
  const refused = Map.groupBy(new Set(codes), statusOf)
  return {
    ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answered(answer, scope)])),
    ...Object.fromEntries([...refused].map(([status, some]) => [String(status), problem(status, some, scope)])),
  }
}

/** Sent with everything that is said behind the door. */
const LIMITS = ['ratelimit-policy', 'ratelimit'] as const

function answered({ description, schema, events, headers = [] }: Answer, scope: Route['scope']) {
  const content = {
    ...(schema && { 'application/json': { schema } }),
    // OpenAPI 3.1 has no words for a stream: this is the `data` of its events, by their names.
    ...(events && { 'text/event-stream': { schema: events } }),
  }
  return {
    description,
    headers: headersOf([...headers, ...(scope === null ? [] : LIMITS)]),
    ...(Object.keys(content).length > 0 && { content }),
  }
}

const PROBLEM_HEADERS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['www-authenticate'],
  403: ['www-authenticate', ...LIMITS],
  421: [],
  429: ['retry-after', ...LIMITS],
  502: ['retry-after', ...LIMITS],
}

function problem(status: number, codes: readonly ErrorCode[], scope: Route['scope']) {
  const headers = PROBLEM_HEADERS[status] ?? (scope === null ? [] : LIMITS)
  return {
    description: `Refused: ${codes.map((code) => `\`${code}\``).join(', ')}.`,
    headers: headersOf(headers),
    content: { [PROBLEM_JSON]: { schema: Problem } },
  }
}

function headersOf(names: readonly HeaderName[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, RESPONSE_HEADERS[name].optional()])))
}
