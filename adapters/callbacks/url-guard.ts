import { Address4, Address6 } from 'ip-address'
import ipaddr from 'ipaddr.js'

const MOST_CHARACTERS = 2048
const NOT_PUBLIC =
  'A callback URL must name a host on the public internet, not a private or reserved one. ERRAND_CALLBACK_HOSTS makes exceptions.'

/** Names that mean something on the inside of a network only, and those under them. */
const PRIVATE_NAMES = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'home.arpa',
  'lan',
  'intranet',
  'corp',
  'home',
  'private',
  // Where clouds give out credentials, beside what the above covers.
  'metadata.goog',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'metadata.tencentyun.com',
]

/** Ranges without public servers that at least one library takes for public. */
const SPECIAL_V4 = [
  '168.63.129.16/32', // Azure's host, seen from inside
  '192.0.0.0/24', // protocol assignments
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.175.48.0/24', // AS112
].map((range) => new Address4(range))

const SPECIAL_V6 = [
  // All but 2000::/3, the only one that is handed out: embedded IPv4, NAT64, unique local, link-local, multicast, …
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23', // protocol assignments: Teredo, benchmarking, AMT, ORCHID, …
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
].map((range) => new Address6(range))

/**
 * Why a callback may not go to `text`, in one sentence that is safe for the caller; `null` when its text allows it. The
 * addresses of a name must be checked with `problemWithAddress` where the name is resolved.
 * @param allowedHosts hosts that are exempt, see `isAllowedHost`.
 */
export function problemWithUrl(text: string, allowedHosts: readonly string[]): string | null {
  if (text.length > MOST_CHARACTERS) return `A callback URL may have ${String(MOST_CHARACTERS)} characters at most.`
  const url = URL.parse(text)
  if (!url) return 'The callback URL cannot be read: write it like https://shop.example.com/hooks.'
  if (url.username !== '' || url.password !== '') return 'A callback URL must not contain a user name or a password.'
  const exempt = isAllowedHost(url, allowedHosts)
  if (url.protocol !== 'https:' && !(exempt && url.protocol === 'http:')) {
    return 'A callback URL must begin with https://. ERRAND_CALLBACK_HOSTS makes exceptions.'
  }
  return exempt ? null : problemWithHost(url.hostname)
}

/**
 * Whether the operator has exempted the URL's host: it may be called over plain http, and at a private address.
 * @param allowedHosts each a `host`, for any of its ports, or a `host:port`; an IPv6 address in brackets.
 */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === 'http:' ? '80' : '443')
  const names = [url.hostname, `${url.hostname}:${port}`]
  return allowedHosts.some((allowed) => names.includes(allowed.toLowerCase()))
}

/** Why nothing may connect to an address, without repeating it; `null` only when everybody takes it for a public one. */
export function problemWithAddress(ip: string): string | null {
  // In the zone of an interface, or not as a resolver and `URL` write it: 127.1, 010.0.0.1, 10.0.0.0/8.
  const readable = !/[%/]/.test(ip) && ipaddr.isValid(ip) && (Address4.isValid(ip) || Address6.isValid(ip))
  return readable && ipaddr.parse(ip).range() === 'unicast' && isGlobal(ip) ? null : NOT_PUBLIC
}

function isGlobal(ip: string): boolean {
  const v4 = Address4.isValid(ip)
  const address = v4 ? new Address4(ip) : new Address6(ip)
  const special = v4 ? SPECIAL_V4 : SPECIAL_V6
  return address.isGlobal() && !special.some((range) => address.isHostInSubnet(range))
}

/** @param host as `URL` gives it: an address in its one usual form, a name in lower case and in ASCII. */
function problemWithHost(host: string): string | null {
  if (host.startsWith('[')) return problemWithAddress(host.slice(1, -1))
  if (/^[\d.]+$/.test(host)) return problemWithAddress(host)
  if (host.endsWith('.')) return 'The host in a callback URL must not end with a dot.'
  const inside = !host.includes('.') || PRIVATE_NAMES.some((name) => `.${host}`.endsWith(`.${name}`))
  return inside ? NOT_PUBLIC : null
}
