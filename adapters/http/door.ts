import type { Context, MiddlewareHandler } from 'hono'
import type { Authenticate } from '#application/authenticate.ts'
import type { Principal } from '#domain/tenant/principal.ts'
import type { AppEnv } from './context.ts'
import { MisdirectedRequestError, RateLimitedError, UnauthorizedError } from './http-errors.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** What anybody may see. */
const PUBLIC = new Set(['/', '/healthz', '/readyz', '/openapi.json'])

/** The network address of whoever is asking, as the platform knows it and the caller cannot choose it; `null` where nothing tells. */
export type PeerAddress = (c: Context) => string | null

export interface DoorDeps {
  readonly authenticate: Authenticate
  readonly rates: RateLimiter
  readonly peerAddress: PeerAddress
}

/** Says who is asking, and whether they ask too often. Nothing is read, and no route sees the request, before that. */
export function door({ authenticate, rates, peerAddress }: DoorDeps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (PUBLIC.has(c.req.path)) return next()
    const principal = (await withKey(c, authenticate)) ?? (await withoutKey(c, authenticate, peerAddress))
    c.set('principal', principal)
    const { limit, remaining, resetMs, allowed } = rates.take(principal.tenantId)
    // https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
    c.header('ratelimit-policy', `"requests";q=${String(limit)};w=60`)
    c.header('ratelimit', `"requests";r=${String(remaining)};t=${String(Math.ceil(resetMs / 1000))}`)
    if (!allowed) throw new RateLimitedError(limit, resetMs)
    return next()
  }
}

/** `null` when no key is given. @throws {UnauthorizedError} */
async function withKey(c: Context, authenticate: Authenticate): Promise<Principal | null> {
  const header = c.req.header('authorization')
  if (header === undefined) return null
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1]
  const known = key === undefined ? null : await authenticate.execute(key)
  if (known) return known
  throw new UnauthorizedError('This API key is not known. Send yours as "Authorization: Bearer errand_…".')
}

/** Where there are no keys, whoever is on this machine is let in, and nobody else. @throws {UnauthorizedError} {MisdirectedRequestError} */
async function withoutKey(c: Context, authenticate: Authenticate, peerAddress: PeerAddress): Promise<Principal> {
  const anybody = await authenticate.withoutKey()
  if (!anybody) throw new UnauthorizedError('Send your API key as "Authorization: Bearer errand_…".')
  // The name, for a page in somebody's browser may have sent this here (DNS rebinding); the address, for anybody can say any name.
  const { hostname } = new URL(c.req.url)
  const peer = peerAddress(c) ?? 'localhost'
  for (const host of [hostname, peer]) if (!isLoopback(host)) throw new MisdirectedRequestError(host)
  return anybody
}

const LOOPBACK = /^(?:localhost|\[::1\]|::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/

/** Whether only this machine can mean itself by this name or address. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}
