import { once } from 'node:events'
import { type IncomingHttpHeaders, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface ReceivedCallback {
  readonly headers: Record<string, string>
  readonly body: string
}

export interface CallbackServer {
  readonly url: string
  /** Statuses of the next answers; 204 for those after them. */
  answerWith(...statuses: readonly number[]): void
  /** The messages, once there are so many. */
  received(count: number): Promise<readonly ReceivedCallback[]>
  /** How many requests came to where a redirect leads. */
  readonly redirected: number
  close(): void
}

/** Somebody's server on loopback that takes callbacks. */
export async function startCallbackServer(): Promise<CallbackServer> {
  const messages: ReceivedCallback[] = []
  const statuses: number[] = []
  let redirected = 0
  let tell: () => void = () => undefined
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.url === '/elsewhere') redirected++
      else messages.push({ headers: plain(request.headers), body })
      response.writeHead(statuses.shift() ?? 204, { location: '/elsewhere' }).end()
      tell()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    answerWith: (...next) => {
      statuses.push(...next)
    },
    received: async (count) => {
      while (messages.length < count) {
        await new Promise<void>((resolve) => {
          tell = resolve
        })
      }
      return messages
    },
    get redirected() {
      return redirected
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
