import type { Context } from 'hono'
import type { Authenticate } from '#application/tenant/authenticate.ts'
import type { Principal } from '#domain/tenant/principal.ts'
import type { AppEnv } from './context.ts'
import { RateLimitedError, UnauthorizedError } from './errors.ts'
import { type OpenModeDeps, refuseStrangers } from './open-mode.ts'
import type { RateLimiter } from './rate-limiter.ts'

export interface AuthenticationDeps extends OpenModeDeps {
  readonly authenticate: Authenticate
  readonly rates: RateLimiter
}

/**
 * Finds the principal of a request, then applies its rate limit. No body is read and no route runs before it.
 * @throws {UnauthorizedError} {RateLimitedError}, and what `refuseStrangers` throws.
 */
export async function authenticate(c: Context<AppEnv>, deps: AuthenticationDeps): Promise<void> {
  const principal = (await withKey(c, deps.authenticate)) ?? (await withoutKey(c, deps))
  c.set('principal', principal)
  const { limit, remaining, resetMs, allowed } = deps.rates.take(principal.tenantId)
  // https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
  c.header('ratelimit-policy', `"requests";q=${String(limit)};w=60`)
  c.header('ratelimit', `"requests";r=${String(remaining)};t=${String(Math.ceil(resetMs / 1000))}`)
  if (!allowed) throw new RateLimitedError(limit, resetMs)
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

/** Where there are no keys, programs on this machine are let in. @throws {UnauthorizedError}, and what `refuseStrangers` throws. */
async function withoutKey(c: Context, deps: AuthenticationDeps): Promise<Principal> {
  const anybody = await deps.authenticate.withoutKey()
  if (!anybody) throw new UnauthorizedError('Send your API key as "Authorization: Bearer errand_…".')
  refuseStrangers(c, deps)
  return anybody
}
