import type { PeerAddress } from '#adapters/http/door.ts'
import type { HttpAddress, HttpApp, Listen } from '#adapters/http/server.ts'
import { refuseUnreadable } from '#adapters/http/unreadable.ts'
import { cannotListen } from '#adapters/node/start-error.ts'
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

/** What is used of Bun. */
declare const Bun: {
  serve(options: {
    readonly hostname: string
    readonly port: number
    readonly idleTimeout: number
    readonly development: boolean
    readonly reusePort: boolean
    readonly fetch: (request: Request, server: BunServer) => Promise<Response>
  }): BunServer
}

/** Longer than the minute after which most proxies and clients let go. */
const IDLE_SECONDS = 75

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
  const fetch = async (request: Request, server: BunServer): Promise<Response> => {
    const peer = server.requestIP(request)?.address ?? null
    // To Bun a request that is not answered yet is idle, and a run may take its time.
    server.timeout(request, 0)
    const response = refuseUnreadable(request) ?? (await app.fetch(request, { peer } satisfies Connection))
    server.timeout(request, IDLE_SECONDS)
    return response
  }
  try {
    // In development, Bun shows whoever asks the source of what has thrown; out of it, Bun lets several processes share a port unless it is told not to.
    const options = { idleTimeout: IDLE_SECONDS, development: false, reusePort: false, fetch }
    return Bun.serve({ hostname: address.host, port: address.port, ...options })
  } catch (cause) {
    throw cannotListen(address, cause)
  }
}

/** Of the connection that a request came over. */
export const peerAddress: PeerAddress = ({ env }) => (env as Partial<Connection>).peer ?? null
