import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { REQUEST_HEADERS, RESPONSE_HEADERS } from './openapi/headers.ts'

/** Lets pages of other origins call (https://fetch.spec.whatwg.org/#http-cors-protocol). Keys travel in a header of their own, so no cookies are allowed. */
export function allowOrigins(origins: readonly string[], methods: readonly string[]): MiddlewareHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: [...methods],
    allowHeaders: ['authorization', 'content-type', ...Object.keys(REQUEST_HEADERS)],
    exposeHeaders: Object.keys(RESPONSE_HEADERS),
    maxAge: 600,
  })
}
