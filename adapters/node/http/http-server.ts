import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type HttpBindings, getRequestListener } from '@hono/node-server'
import type { PeerAddress } from '#adapters/http/open-mode.ts'
import { PROBLEM_JSON, refusal, refuseRequest } from '#adapters/http/problem.ts'
import type { HttpAddress, HttpApp, HttpServer, Listen } from '#adapters/http/server.ts'
import { problemWithTarget } from '#adapters/http/target.ts'
import type { ProblemView } from '#adapters/http/wire/problem.ts'
import { httpUrl } from '#adapters/web/http-url.ts'
import type { ErrorCode } from '#domain/app-error.ts'
import { cannotListen } from '../process/start-error.ts'
import { PATIENCE, type Patience, cutSlow } from './patience.ts'

/** While it closes. */
const SWEEP_MS = 50
/** Of a request: how long its headers may be (`REFUSALS` names it), and how long they may take to come. */
const HEADERS = { maxHeaderSize: 16_384, headersTimeout: 60_000 }

/** @throws {StartError} when the address cannot be listened on. */
export const listen: Listen = (app, address) => listenPatiently(app, address, PATIENCE)

/** `listen`, with another patience for slow callers. */
export async function listenPatiently(app: HttpApp, address: HttpAddress, patience: Patience): Promise<HttpServer> {
  const { host, port } = address
  const server = serve(app, host, patience)
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    cutSlow({ request, response }, patience, () => {
      refuseSocket(request.socket, 'ERR_HTTP_REQUEST_TIMEOUT')
    })
  })
  const listening = Promise.withResolvers<undefined>()
  server.once('error', (error) => {
    listening.reject(cannotListen(address, error))
  })
  server.listen(port, host, () => {
    listening.resolve(undefined)
  })
  await listening.promise
  return {
    url: httpUrl(host, (server.address() as AddressInfo).port),
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          server.closeAllConnections()
        }, graceMs)
        // Again and again, for one that is answered meanwhile is kept for the caller's next request.
        const sweep = setInterval(() => {
          server.closeIdleConnections()
        }, SWEEP_MS)
        server.close(() => {
          clearTimeout(cut)
          clearInterval(sweep)
          resolve()
        })
      }),
  }
}

/** Of the connection that a request came over. */
export const peerAddress: PeerAddress = ({ env }) =>
  (env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress ?? null

function serve(app: HttpApp, host: string, { lingerMs }: Patience): Server {
  // What is wrong with a request before it reaches the app, such as a Host that is none.
  const errorHandler = (): Response =>
    refuseRequest('invalid_request', 'The request cannot be read: its Host or its target is malformed.')
  const listener = getRequestListener(
    async (request, env) => {
      const answer = await app.fetch(request, env)
      if (!(await isWhole(env.incoming as IncomingMessage, lingerMs))) env.outgoing.setHeader('connection', 'close')
      return answer
    },
    { hostname: host, errorHandler },
  )
  // Node would answer a request without a Host by itself, with an empty body.
  const server = createServer({ requireHostHeader: false, ...HEADERS }, (request, response) => {
    const problem = problemWith(request)
    if (problem === null) void listener(request, response)
    else refuse(response, refusal('invalid_request', problem))
  })
  // Longer than the minute after which most proxies and clients close. The server must not close first, in the middle
  // of a request.
  server.keepAliveTimeout = 75_000
  // Node's own limit of a whole request makes no exception (`patience.ts`). That of its headers stays.
  server.requestTimeout = 0
  // Their size is the limit. By default Node drops or refuses those after the first thousand or two: a second Host, say.
  server.maxHeadersCount = 0
  // What Node's own parser refuses reaches no listener; it would be answered with an empty body.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseSocket(socket, error.code ?? '')
  })
  server.on('connect', (_request, socket) => {
    refuseSocket(socket, 'CONNECT')
  })
  server.on('checkExpectation', (_request, response) => {
    refuse(response, refusal('invalid_request', 'The only expectation that is met is "100-continue".'))
  })
  return server
}

/**
 * Whether a request ends after its answer; only then can its connection serve another. An unread body, such as one that
 * is too large, is discarded. A client that writes everything before it reads would not see the answer otherwise.
 */
function isWhole(request: IncomingMessage, lingerMs: number): boolean | Promise<boolean> {
  if (request.complete) return true
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      resolve(request.complete)
    }
    const timer = setTimeout(end, lingerMs)
    // A reader that has started and stopped would block the rest.
    request.removeAllListeners('data').once('end', end).once('close', end).resume()
  })
}

/** What RFC 9112 forbids and Node accepts: no Host or several, and body codings that no code would decode. */
function problemWith({ url = '/', rawHeaders, headers, httpVersion }: IncomingMessage): string | null {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return 'The request must name one Host.'
  const coding = headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 'The only transfer coding is "chunked".'
  return problemWithTarget(url)
}

function refuse(response: ServerResponse, problem: ProblemView): void {
  const body = JSON.stringify(problem)
  response
    .writeHead(problem.status, { 'content-type': PROBLEM_JSON, 'content-length': Buffer.byteLength(body) })
    .end(body)
}

const REFUSALS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  CONNECT: ['method_not_allowed', 'This server is no proxy: CONNECT is not possible.'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The headers of the request are larger than 16 KiB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['payload_too_large', 'The chunks of the body carry too many extensions.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not come in time.'],
}

function refuseSocket(socket: Duplex, reason: string): void {
  if (!socket.writable || reason === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [code, detail] = REFUSALS[reason] ?? ['invalid_request', 'The request is not HTTP as it must be.']
  const problem = refusal(code, detail)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${String(problem.status)} ${problem.title}`,
    `content-type: ${PROBLEM_JSON}`,
    `content-length: ${String(Buffer.byteLength(body))}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
