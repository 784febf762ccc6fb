import { promises as dns } from 'node:dns'
import { type LookupFunction, isIP } from 'node:net'
// By its path: Bun has something of its own by the name of `undici`, which knows no dispatchers and leaves them out without a word.
import { Agent, type RequestInit, type Response, buildConnector, fetch } from 'undici/index.js'

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** Why nothing may connect to an address; `null` when something may. */
type AddressCheck = (ip: string) => string | null

export interface GuardedFetchOptions {
  readonly problemWithAddress: AddressCheck
  /** Whether a URL's host is exempt from that check. Of the URL only scheme, host and port are known. */
  readonly isAllowedHost: (url: URL) => boolean
  /** All addresses of a name. Node's own by default. */
  readonly lookup?: (hostname: string) => Promise<readonly ResolvedAddress[]>
}

/** The `cause` of a rejection. It does not say which address it was: what rejects may be shown to a caller. */
export class AddressNotAllowedError extends Error {
  override readonly name = 'AddressNotAllowedError'
  readonly code = 'ADDRESS_NOT_ALLOWED'

  constructor() {
    super('The host leads to an address that may not be called: use one on the public internet.')
  }
}

/**
 * `fetch` for URLs from callers or models. The connection itself checks the address and goes to the checked address. So
 * a name that resolves differently the second time (DNS rebinding) gains nothing. A name with even one address that is
 * not allowed is refused.
 */
export function guardedFetch(options: GuardedFetchOptions): (url: string, init?: RequestInit) => Promise<Response> {
  const { problemWithAddress, isAllowedHost, lookup = allAddresses } = options
  const guarded = connector(lookup, problemWithAddress)
  const open = connector(lookup, () => null)
  const dispatcher = new Agent({
    connect: (target, callback) => {
      const exempt = isAllowedHost(new URL(`${target.protocol}//${target.host ?? target.hostname}`))
      const connect = exempt ? open : guarded
      connect(target, callback)
    },
  })
  return (url, init) => fetch(url, { ...init, dispatcher })
}

function allAddresses(hostname: string): Promise<readonly ResolvedAddress[]> {
  return dns.lookup(hostname, { all: true })
}

function connector(resolve: NonNullable<GuardedFetchOptions['lookup']>, check: AddressCheck): buildConnector.connector {
  const connect = buildConnector({ lookup: checkedLookup(resolve, check) })
  return (target, callback) => {
    // Nothing is looked up for a host that is an address already.
    if (isIP(target.hostname) !== 0 && check(target.hostname) !== null) callback(new AddressNotAllowedError(), null)
    else connect(target, callback)
  }
}

function checkedLookup(resolve: NonNullable<GuardedFetchOptions['lookup']>, check: AddressCheck): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (!first || addresses.some(({ address }) => check(address) !== null))
          callback(new AddressNotAllowedError(), [])
        else if (all) callback(null, [...addresses])
        else callback(null, first.address, first.family)
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error('The name could not be looked up.'), [])
      },
    )
  }
}
