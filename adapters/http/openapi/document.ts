import * as z from 'zod'
import {
  type ZodOpenApiMediaTypeObject,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiResponsesObject,
  createDocument,
} from 'zod-openapi'
import { WebHasher } from '#adapters/web/hasher.ts'
import { JobEvents, RunEvents } from '../wire/events.ts'
import { callback } from './callback.ts'
import { REQUEST_HEADERS } from './headers.ts'
import { LIMITS, headersOf, refusals } from './refusals.ts'
import type { EventStream, Route } from './route.ts'
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
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(method, route) }
  }
  const contract: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: {
      title: 'Errand',
      version: '0.1.0',
      summary: 'Runs LLM agents as durable jobs.',
      description:
        'Every refusal is Problem Details (RFC 9457) with a `code`. Bodies may have 1 MiB and be nested 100 levels deep, and their numbers must fit a double. Times are RFC 3339 in UTC.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: TAGS,
    security: [{ apiKey: [] }],
    paths,
    webhooks: { callback: { post: callback('callback', 'We call the URL of the tenant') } },
    components: {
      schemas: { JobEvents, RunEvents },
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key: `errand keys create`. None is needed where none was made.',
        },
      },
    },
  }
  return createDocument(contract, { override: leaveOpen })
}

/** What is answered may get members later, and no client is to stumble over them; what is sent to us is taken at its word. */
const leaveOpen: ZodOpenApiOverride = ({ jsonSchema, io }) => {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
}

const TAGS = [
  { name: 'runs', description: 'Agents, and answers within the request.' },
  { name: 'jobs', description: 'Work that is handed over.' },
  { name: 'callbacks', description: 'We call you.' },
  { name: 'operations', description: 'Many jobs at once.' },
  { name: 'shop', description: 'The sample shop.' },
  { name: 'service', description: 'The service itself.' },
]

/** Whether a job names it or its tenant. */
const CALLBACK_URL = '{$request.body#/callback/url}'

function operation(method: string, route: Route): ZodOpenApiOperationObject {
  const { id, summary, description = `${summary}.`, tag, scope, path, query, headers = [], body, callsBack } = route
  const header = Object.fromEntries(headers.map((name) => [name, REQUEST_HEADERS[name]]))
  return {
    operationId: id,
    summary,
    description: scope === null ? description : `${description} Scope: \`${scope}\`.`,
    tags: [tag],
    ...(scope === null && { security: [] }),
    requestParams: {
      ...(path && { path: z.object(path) }),
      ...(query && { query }),
      ...(headers.length > 0 && { header: z.object(header) }),
    },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: { ...answers(route), ...refusals(method, route) },
    ...(callsBack && {
      callbacks: { job: { [CALLBACK_URL]: { post: callback('jobCallback', 'We call the URL that the job names') } } },
    }),
  }
}

function answers({ answers: all, scope }: Route): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(all).map(([status, { description, schema, events, headers = [] }]) => {
      const content = {
        ...(schema && { 'application/json': { schema } }),
        ...(events && { 'text/event-stream': streamed(events) }),
      }
      const named = headersOf([...headers, ...(scope === null ? [] : LIMITS)])
      return [status, { description, headers: named, ...(Object.keys(content).length > 0 && { content }) }]
    }),
  )
}

/** OpenAPI 3.1 has no words for a stream: it is text, and what its events hold is a schema of its own. */
function streamed({ id, example }: EventStream): ZodOpenApiMediaTypeObject {
  const description = `Server-Sent Events. The \`data\` of each is JSON; \`${id}\` has it by the event's name.`
  const contentSchema = { $ref: `#/components/schemas/${id}` }
  return { schema: { type: 'string', contentMediaType: 'text/event-stream', contentSchema, description }, example }
}
