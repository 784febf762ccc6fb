import type { Context } from 'hono'
import {
  CrossSiteRequestError,
  ForwardedRequestError,
  MisdirectedRequestError,
  UnauthorizedError,
  UnsupportedMediaTypeError,
} from './errors.ts'

/** The network address of the caller, as the platform knows it; `null` where it is unknown. */
export type PeerAddress = (c: Context) => string | null

/** What happens without API keys: `loopback` lets in programs on this machine, `off` refuses every request. */
export type OpenMode = 'loopback' | 'off'

export interface OpenModeDeps {
  readonly openMode: OpenMode
  readonly peerAddress: PeerAddress
  /** Origins of pages that may call. `*` is none here: it would be every page that a browser on this machine opens. */
  readonly corsOrigins: readonly string[]
}

/**
 * Without API keys only programs on this machine may send requests. Requests through a proxy and pages of another
 * origin are refused.
 * @throws {UnauthorizedError} {MisdirectedRequestError} {ForwardedRequestError} {CrossSiteRequestError}
 * {UnsupportedMediaTypeError}
 */
export function refuseStrangers(c: Context, { openMode, peerAddress, corsOrigins }: OpenModeDeps): void {
  if (openMode === 'off') throw new UnauthorizedError(NO_KEYS)
  const url = new URL(c.req.url)
  // The name, because a page may have sent this here (DNS rebinding); the address, because a caller can say any name.
  for (const host of [url.hostname, peerAddress(c) ?? 'localhost'])
    if (!isLoopback(host)) throw new MisdirectedRequestError(host)
  const forwarding = [...c.req.raw.headers.keys()].find(isForwarding)
  if (forwarding !== undefined) throw new ForwardedRequestError(forwarding)
  const foreign = problemWithPage(c, url.origin, corsOrigins)
  if (foreign !== null) throw new CrossSiteRequestError(foreign)
  // Of a browser that says nothing of the page.
  if (isForm(c)) throw new UnsupportedMediaTypeError(c.req.header('content-type'))
}

const NO_KEYS =
  'This service has no API keys, so it answers no request. Make one with "errand keys create"; for Workers, with "errand keys create --setting", and store it as the secret ERRAND_API_KEYS. For development on this machine, set ERRAND_OPEN=local-development, as "errand dev --worker" does.'

const LOOPBACK = /^(?:localhost|\[::1\]|::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/

/** Whether only this machine can mean itself by this name or address. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}

/** What proxies, tunnels and content delivery networks add. */
const FORWARDING = new Set([
  'forwarded',
  'via',
  'cdn-loop',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'x-original-url',
  'x-original-forwarded-for',
  'x-envoy-external-address',
  'x-amzn-trace-id',
  'true-client-ip',
  'fastly-client-ip',
  'fly-client-ip',
])

function isForwarding(name: string): boolean {
  // Every local runtime of Workers sets `CF-Connecting-IP` too; as an address it is looked at above.
  if (name === 'cf-connecting-ip') return false
  return FORWARDING.has(name) || name.startsWith('x-forwarded') || name.startsWith('cf-')
}

/** What a form can send without asking first (https://fetch.spec.whatwg.org/#simple-header). */
const FORM_TYPES = /^(?:text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i

/** A page of ours, and a person who types the address (https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header). */
const OWN_SITES = new Set(['same-origin', 'none'])

/** Why the request may come from a page of another origin; `null` when it does not. Browsers say so themselves. */
function problemWithPage(c: Context, own: string, corsOrigins: readonly string[]): string | null {
  const origin = c.req.header('origin') ?? own
  if (origin !== '*' && corsOrigins.includes(origin)) return null
  const site = c.req.header('sec-fetch-site') ?? 'none'
  if (!OWN_SITES.has(site)) return `its Sec-Fetch-Site is "${site}"`
  if (origin !== own) return `its Origin is "${origin}"`
  return null
}

function isForm({ req }: Context): boolean {
  return req.method === 'POST' && FORM_TYPES.test(req.header('content-type') ?? '')
}
