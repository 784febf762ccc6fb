import type * as z from 'zod'
import type { ErrorCode } from '#domain/errors.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import type { HeaderName, RequestHeaderName } from './headers.ts'

/** What a route answers with one status. */
export interface Answer {
  readonly description: string
  readonly schema?: z.ZodType
  /** The `data` of its Server-Sent Events, by their names. */
  readonly events?: z.ZodType
  readonly headers?: readonly HeaderName[]
}

/** One route, as it is documented. */
export interface Route {
  readonly id: string
  readonly summary: string
  readonly description?: string
  /** `null`: open to anybody. */
  readonly scope: Scope | null
  readonly tag: string
  readonly query?: z.ZodObject
  readonly headers?: readonly RequestHeaderName[]
  readonly body?: z.ZodType
  readonly answers: Readonly<Record<number, Answer>>
  /** What can be refused, beside what can be refused everywhere. */
  readonly errors?: readonly ErrorCode[]
}

/** What can be wrong with a body, before anybody looks at what it says. */
export const BODY_ERRORS: readonly ErrorCode[] = ['malformed_json', 'payload_too_large', 'unsupported_media_type']
