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
import { type ResourceDescription, describedRoutes } from '../resource.ts'
import { REQUEST_HEADERS } from './headers.ts'
import { problemExamples } from './problem-examples.ts'
import { LIMITS, Refusals, headersOf } from './refusals.ts'
import type { EventStream, LineStream, Route } from './route.ts'
import type { Tag } from './tags.ts'

export type OpenApiDocument = ReturnType<typeof createDocument>

interface PublishedDocument {
  readonly text: string
  /** The same for the same text. */
  readonly etag: string
}

/** The contract as it goes over the wire, made when it is first asked for. */
export class DocumentPublisher {
  readonly #resources: readonly ResourceDescription[]
  // Not its promise: on Workers that belongs to the request that made it.
  #published: PublishedDocument | undefined

  constructor(resources: readonly ResourceDescription[]) {
    this.#resources = resources
  }

  async publish(): Promise<PublishedDocument> {
    this.#published ??= await published(this.#resources)
    return this.#published
  }
}

async function published(resources: readonly ResourceDescription[]): Promise<PublishedDocument> {
  const text = JSON.stringify(openApiDocument(resources))
  return { text, etag: `"${(await new WebHasher().sha256(text)).slice(0, 32)}"` }
}

const INFO = {
  title: 'Errand',
  version: '0.1.0',
  summary: 'Runs LLM agents as durable jobs.',
  description:
    'Every refusal is Problem Details (RFC 9457) with a `code`. Bodies may have 1 MiB and be nested 100 levels deep, and their numbers must fit a double. Times are RFC 3339 in UTC.',
  license: { name: 'MIT', identifier: 'MIT' },
}

/** The contract as OpenAPI 3.1, made of the schemas that validate. */
export function openApiDocument(resources: readonly ResourceDescription[]): OpenApiDocument {
  // OpenAPI has no path that stands for all below it.
  const described = describedRoutes(resources).filter(({ path }) => !path.endsWith('/*'))
  const refusals = new Refusals(problemExamples(resources))
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const { method, path, route } of described) {
    const responses = { ...answers(route), ...refusals.of(method, route) }
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(route, responses) }
  }
  const routes = described.map(({ route }) => route)
  const contract: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: INFO,
    servers: [{ url: '/' }],
    tags: tagsOf(routes),
    security: [{ apiKey: [] }],
    paths,
    webhooks: Object.fromEntries(resources.flatMap(({ webhooks = {} }) => Object.entries(webhooks))),
    components: {
      schemas: streamSchemas(routes),
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

function tagsOf(routes: readonly Route[]): Tag[] {
  return [...new Map(routes.map(({ tag }) => [tag.name, tag])).values()]
}

/** What the events of each stream hold, by its name. */
function streamSchemas(routes: readonly Route[]): Record<string, z.ZodType> {
  const streams = routes.flatMap(({ answers: all, bodyLines }) => [
    ...(bodyLines ? [bodyLines] : []),
    ...Object.values(all).flatMap(({ events, lines }) => events ?? lines ?? []),
  ])
  return Object.fromEntries(streams.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, schema }) => [id, schema]))
}

function operation(route: Route, responses: ZodOpenApiResponsesObject): ZodOpenApiOperationObject {
  const { id, summary, description = `${summary}.`, tag, scope, path, query, headers = [], callbacks } = route
  const header = Object.fromEntries(headers.map((name) => [name, REQUEST_HEADERS[name]]))
  return {
    operationId: id,
    summary,
    description: scope === null || scope === 'any' ? description : `${description} Scope: \`${scope}\`.`,
    tags: [tag.name],
    ...(scope === null && { security: [] }),
    requestParams: {
      ...(path && { path: z.object(path) }),
      ...(query && { query }),
      ...(headers.length > 0 && { header: z.object(header) }),
    },
    ...bodyOf(route),
    responses,
    ...(callbacks && { callbacks }),
  }
}

function bodyOf({ body, bodyLines }: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  const content = {
    ...(body && { 'application/json': { schema: body } }),
    ...(bodyLines && { [NDJSON]: lined(bodyLines) }),
  }
  return Object.keys(content).length > 0 ? { requestBody: { required: true, content } } : {}
}

function answers({ answers: all, scope }: Route): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(all).map(([status, { description, schema, events, lines, headers = [] }]) => {
      const content = {
        ...(schema && { 'application/json': { schema } }),
        ...(events && { 'text/event-stream': streamed(events) }),
        ...(lines && { [NDJSON]: lined(lines) }),
      }
      const named = headersOf([...headers, ...(scope === null ? [] : LIMITS)])
      return [status, { description, headers: named, ...(Object.keys(content).length > 0 && { content }) }]
    }),
  )
}

export const NDJSON = 'application/x-ndjson'

function streamed({ id, example }: EventStream): ZodOpenApiMediaTypeObject {
  const description = `Server-Sent Events. The \`data\` of each is JSON; \`${id}\` has it by the event's name.`
  return { schema: textOf('text/event-stream', id, description), example }
}

function lined({ id, example }: LineStream): ZodOpenApiMediaTypeObject {
  return { schema: textOf(NDJSON, id, `Newline-delimited JSON: \`${id}\` has each line.`), example }
}

/** OpenAPI 3.1 has no words for a stream: it is text, and what its events or lines hold is a schema of its own. */
function textOf(contentMediaType: string, id: string, description: string) {
  return {
    type: 'string' as const,
    contentMediaType,
    contentSchema: { $ref: `#/components/schemas/${id}` },
    description,
  }
}
