import type { Context, MiddlewareHandler } from 'hono'
import type { Authenticate } from '#application/authenticate.ts'
import type { Principal } from '#domain/tenant/principal.ts'
import type { AppEnv } from './context.ts'
import { MisdirectedRequestError, RateLimitedError, UnauthorizedError } from './http-errors.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** What anybody may see. */
const PUBLIC = new Set(['/', '/healthz', '/openapi.json'])

export interface DoorDeps {
  readonly authenticate: Authenticate
  readonly rates: RateLimiter
}

/** Says who is asking, and whether they ask too often. Nothing is read, and no route sees the request, before that. */
export function door({ authenticate, rates }: DoorDeps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (PUBLIC.has(c.req.path)) return next()
    const principal = await identify(c, authenticate)
    c.set('principal', principal)
    const { limit, remaining, resetMs, allowed } = rates.take(principal.tenantId)
    // https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
    c.header('ratelimit-policy', `"requests";q=${String(limit)};w=60`)
    c.header('ratelimit', `"requests";r=${String(remaining)};t=${String(Math.ceil(resetMs / 1000))}`)
    if (!allowed) throw new RateLimitedError(limit, resetMs)
    return next()
  }
}

async function identify(c: Context, authenticate: Authenticate): Promise<Principal> {
  const header = c.req.header('authorization')
  if (header !== undefined) {
    const key = /^Bearer +(\S+)$/i.exec(header)?.[1]
    const known = key === undefined ? null : await authenticate.execute(key)
    if (known) return known
    throw new UnauthorizedError('This API key is not known. Send yours as "Authorization: Bearer errand_…".')
  }
  const anybody = await authenticate.withoutKey()
  if (!anybody) throw new UnauthorizedError('Send your API key as "Authorization: Bearer errand_…".')
  const { hostname } = new URL(c.req.url)
  if (!isLoopback(hostname)) throw new MisdirectedRequestError(hostname)
  return anybody
}

/** Whether only this machine can mean itself by this name. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}
