import type * as z from 'zod'
import type { ZodOpenApiCallbacksObject, ZodOpenApiMediaTypeObject } from 'zod-openapi'
import type { ErrorCode } from '#domain/app-error.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import type { HeaderName, RequestHeaderName } from './headers.ts'
import type { Tag } from './tags.ts'

/** A schema that validates, or JSON Schema of the dialect of OpenAPI. */
export type DocumentedSchema = NonNullable<ZodOpenApiMediaTypeObject['schema']>

/** An answer of Server-Sent Events. */
export interface EventStream {
  /** Name of `schema` in the document. */
  readonly id: string
  /** Holds the `data` of each event, by its name. */
  readonly schema: z.ZodType
  readonly example: string
}

/** Newline-delimited JSON. */
export interface LineStream {
  /** Name of `schema` in the document. */
  readonly id: string
  /** Of each line. */
  readonly schema: z.ZodType
  readonly example: string
}

/** What a route answers with one status. */
export interface Answer {
  readonly description: string
  readonly schema?: DocumentedSchema
  readonly events?: EventStream
  /** An answer of NDJSON: one of these a line. */
  readonly lines?: LineStream
  readonly headers?: readonly HeaderName[]
}

/** One route, as it is documented. */
export interface Route {
  readonly id: string
  readonly summary: string
  readonly description?: string
  /**
   * What a key must be allowed; `any` is every key. `null` needs no key: the route is open to all callers, or its
   * handler verifies a signature.
   */
  readonly scope: Scope | 'any' | null
  /** The body decides which scope is needed, and the handler demands it; `scope` is only documented then. */
  readonly scopeByBody?: true
  readonly tag: Tag
  readonly path?: Readonly<Record<string, z.ZodType>>
  readonly query?: z.ZodObject
  /** Its handler reads the query, and no name in it is refused. */
  readonly takesAnyQuery?: true
  readonly headers?: readonly RequestHeaderName[]
  readonly body?: DocumentedSchema
  /** A body that is read as it comes, line by line: of any length, so that only its lines are limited. */
  readonly bodyLines?: LineStream
  readonly answers: Readonly<Record<number, Answer>>
  /** What can be refused, beside what can be refused everywhere. */
  readonly errors?: readonly ErrorCode[]
  /** Requests that we send because of this one. */
  readonly callbacks?: ZodOpenApiCallbacksObject
}

/** What can be wrong with a body before its contents are read. */
export const BODY_ERRORS: readonly ErrorCode[] = ['malformed_json', 'payload_too_large', 'unsupported_media_type']
