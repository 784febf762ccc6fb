import type { Context } from 'hono'
import { InvalidRequestError } from './errors.ts'
import { eventNumber } from './wire/requests.ts'

/** The longest that a request is kept waiting; proxies cut connections that are silent for longer. */
export const MAX_WAIT_S = 60

/**
 * The key under which a request may be repeated, bare or as the quoted string that
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ asks for.
 *
 * @throws {InvalidRequestError}
 */
export function idempotencyKey(c: Context): string | null {
  const header = c.req.header('idempotency-key')
  if (header === undefined) return null
  const key =
    /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$/.exec(header)?.[1] ?? /^[\x21\x23-\x7e]{1,255}$/.exec(header)?.[0]
  if (key !== undefined) return key
  throw new InvalidRequestError([
    'Idempotency-Key: must be 1 to 255 visible ASCII characters, bare or in double quotes',
  ])
}

/**
 * Where a repeat cannot bring what the first request brought, a key would promise what is not kept.
 * @throws {InvalidRequestError} where the request has one.
 */
export function refuseIdempotencyKey(c: Context, instead: string): void {
  if (c.req.header('idempotency-key') === undefined) return
  throw new InvalidRequestError([`Idempotency-Key: this request cannot be repeated under a key; ${instead}`])
}

/** How long the caller would like to wait (RFC 7240 §4.3), in seconds, or `null`. A preference that is not understood is none. */
export function preferredWait(c: Context): number | null {
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(c.req.header('prefer') ?? '')?.[1]
  return wait === undefined ? null : Math.min(Number(wait), MAX_WAIT_S)
}

/** Whether the caller has this version already (RFC 9110 §13.1.2). */
export function isKnown(c: Context, etag: string): boolean {
  const known = c.req.header('if-none-match')
  if (known === undefined) return false
  return known.trim() === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

/**
 * The version that a change was decided on (RFC 9110 §13.1.1); `undefined` where any will do.
 * @throws {InvalidRequestError}
 */
export function expectedVersion(c: Context): number | undefined {
  const header = c.req.header('if-match')?.trim()
  if (header === undefined || header === '*') return undefined
  const version = /^"(\d{1,15})"$/.exec(header)?.[1]
  if (version !== undefined) return Number(version)
  throw new InvalidRequestError(['If-Match: must be the ETag of what is changed, such as "7", in double quotes'])
}

/** The last event that the caller has seen, 0 for none. @throws {InvalidRequestError} */
export function lastEventId(c: Context): number {
  const parsed = eventNumber.safeParse(c.req.header('last-event-id') ?? '0')
  if (parsed.success) return parsed.data
  throw new InvalidRequestError(['Last-Event-ID: must be the number of the last event known'])
}
