import type { PeerAddress } from '#adapters/http/open-mode.ts'
import type { HttpAddress, HttpApp, Listen } from '#adapters/http/server.ts'
import { refuseRequest } from '#adapters/http/problem.ts'
import { AMBIGUOUS_TARGET } from '#adapters/http/target.ts'
import { refuseUnreadable } from '#adapters/http/unreadable.ts'
import { cannotListen } from '#adapters/node/process/start-error.ts'
import { httpUrl } from '#adapters/web/http-url.ts'

interface Connection {
  readonly peer: string | null
}

interface BunServer {
  readonly port: number
  requestIP(request: Request): { readonly address: string } | null
  timeout(request: Request, seconds: number): void
  stop(closeActiveConnections: boolean): Promise<void>
}

type BunHandler = (request: BunRequest, server: BunServer) => Promise<Response>

interface BunRequest extends Request {
  /** Segments of the path as they came, decoded, for a request that a route has taken. */
  readonly params?: Readonly<Record<string, string>>
}

/** What is used of Bun. */
declare const Bun: {
  serve(options: {
    readonly hostname: string
    readonly port: number
    readonly idleTimeout: number
    readonly development: boolean
    readonly reusePort: boolean
    readonly routes: Readonly<Record<string, BunHandler>>
    readonly fetch: BunHandler
  }): BunServer
}

/** Longer than the minute after which most proxies and clients let go. */
const IDLE_SECONDS = 75

/** More segments than any route of ours has. */
const MOST_SEGMENTS = 8
const FEW_SEGMENTS = new RegExp(`^(?:/|(?:/[^/]+){1,${String(MOST_SEGMENTS)}})$`)

/**
 * Paths of so many segments. Bun resolves `..` in a URL before a handler sees it, but matches routes before that. So
 * route parameters show the original path, which may have had more segments.
 */
const ROUTES = Array.from({ length: MOST_SEGMENTS }, (_, most) =>
  Array.from({ length: most + 1 }, (_, segment) => `/:s${String(segment)}`).join(''),
)

function isResolved({ url, params }: BunRequest): boolean {
  if (params) return Object.values(params).some((segment) => /^\.{1,2}$|\\/.test(segment))
  return FEW_SEGMENTS.test(new URL(url).pathname)
}

/** Over `Bun.serve`. @throws {StartError} when the address cannot be listened on. */
export const listen: Listen = async (app, address) => {
  const server = serve(app, address)
  return Promise.resolve({
    url: httpUrl(address.host, server.port),
    close: async (graceMs) => {
      const cut = setTimeout(() => {
        void server.stop(true)
      }, graceMs)
      await server.stop(false)
      clearTimeout(cut)
    },
  })
}

function serve(app: HttpApp, address: HttpAddress): BunServer {
  const answer = async (request: BunRequest, server: BunServer): Promise<Response> => {
    if (isResolved(request)) return refuseRequest('invalid_request', AMBIGUOUS_TARGET)
    const peer = server.requestIP(request)?.address ?? null
    // To Bun a request that is not answered yet is idle, and a run may take its time.
    server.timeout(request, 0)
    const response = refuseUnreadable(request) ?? (await app.fetch(request, { peer } satisfies Connection))
    server.timeout(request, IDLE_SECONDS)
    return response
  }
  const routes = Object.fromEntries(['/', ...ROUTES].map((path) => [path, answer]))
  try {
    // In development, Bun shows clients the source of an error. Otherwise Bun lets several processes share a port,
    // unless `reusePort` is false.
    const options = { idleTimeout: IDLE_SECONDS, development: false, reusePort: false, routes, fetch: answer }
    return Bun.serve({ hostname: address.host, port: address.port, ...options })
  } catch (cause) {
    throw cannotListen(address, cause)
  }
}

/** Of the connection that a request came over. */
export const peerAddress: PeerAddress = ({ env }) => (env as Partial<Connection>).peer ?? null
