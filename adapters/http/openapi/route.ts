import type * as z from 'zod'
import type { ErrorCode } from '#domain/app-error.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import type { HeaderName, RequestHeaderName } from './headers.ts'

/** An answer of Server-Sent Events. */
export interface EventStream {
  /** Component that holds the `data` of each event, by its name. */
  readonly id: 'JobEvents' | 'RunEvents'
  readonly example: string
}

/** What a route answers with one status. */
export interface Answer {
  readonly description: string
  readonly schema?: z.ZodType
  readonly events?: EventStream
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
  readonly path?: Readonly<Record<string, z.ZodType>>
  readonly query?: z.ZodObject
  readonly headers?: readonly RequestHeaderName[]
  readonly body?: z.ZodType
  readonly answers: Readonly<Record<number, Answer>>
  /** What can be refused, beside what can be refused everywhere. */
  readonly errors?: readonly ErrorCode[]
  /** The body names a URL that we call. */
  readonly callsBack?: true
}

/** What can be wrong with a body, before anybody looks at what it says. */
export const BODY_ERRORS: readonly ErrorCode[] = ['malformed_json', 'payload_too_large', 'unsupported_media_type']
