import type { PeerAddress } from '#adapters/http/open-mode.ts'
import type { HttpAddress, HttpApp, Listen } from '#adapters/http/server.ts'
import { refuseUnreadable } from '#adapters/http/unreadable.ts'
import { cannotListen } from '#adapters/node/process/start-error.ts'
import { httpUrl } from '#adapters/web/http-url.ts'

interface Connection {
  readonly remoteAddr: { readonly hostname: string }
}

/** What is used of Deno, whose own types and Node's contradict each other. */
declare const Deno: {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly onListen: () => void },
    handler: (request: Request, connection: Connection) => Response | Promise<Response>,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> }
}

/** Over `Deno.serve`. @throws {StartError} when the address cannot be listened on. */
export const listen: Listen = async (app, address) => {
  const server = serve(app, address)
  return Promise.resolve({
    url: httpUrl(address.host, server.addr.port),
    // What is open after `graceMs` ends with the process: Deno cannot cut off what it has begun to let finish.
    close: async (graceMs) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const enough = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs)
      })
      await Promise.race([server.shutdown(), enough])
      clearTimeout(timer)
    },
  })
}

function serve(app: HttpApp, address: HttpAddress): ReturnType<(typeof Deno)['serve']> {
  const options = { hostname: address.host, port: address.port, onListen: () => undefined }
  try {
    return Deno.serve(options, (request, connection) => refuseUnreadable(request) ?? app.fetch(request, connection))
  } catch (cause) {
    throw cannotListen(address, cause)
  }
}

/** Of the connection that a request came over. */
export const peerAddress: PeerAddress = ({ env }) => (env as Partial<Connection>).remoteAddr?.hostname ?? null
