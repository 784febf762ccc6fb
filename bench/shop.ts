// A shop of products with a text each, in a process of its own. It sets a text only where the expected one is there, and remembers the keys of writes.
// It takes up to BENCH_LATENCY_MS before and after a request. Printed: its address.
// - GET /products/{handle}; PUT with a `Put`; GET /texts says all of them
// - GET /log: each request for a product, in the order in which they were carried out; GET / says how many

import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { LoggedRequest, Put, ShopRequest } from './shop-log.ts'

const PRODUCTS = Number(process.env['BENCH_PRODUCTS'] ?? '300')
const latencyMs = Number(process.env['BENCH_LATENCY_MS'] ?? '0')
/** Every so many products has no text yet. */
const NONE = 10

/** With what is easily lost: line ends of Windows, letters of two code points, blanks at the end, a line separator. */
const textOf = (n: number): string =>
  `<p>Förkläde ${String(n)} — 90\u00a0cm &amp; tvättat lin 🧵</p>\r\n<ul>\n\t<li>a\u030angstro\u0308m "x" \\ \u2028</li></ul>  \n`

const texts = new Map<string, string | null>()
for (let n = 1; n <= PRODUCTS; n++) texts.set(`product-${String(n)}`, n % NONE === 0 ? null : textOf(n))

const log: LoggedRequest[] = []
const keys = new Set<string>()

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * latencyMs))

function read(handle: string, by: string): ShopRequest {
  return { handle, by, did: 'read', text: texts.get(handle) ?? null }
}

/** A person writes without a key and without comparing. */
function put(handle: string, { by, key, from, to }: Put): ShopRequest {
  const now = texts.get(handle) ?? null
  if (key !== null && keys.has(key)) return { handle, by, did: 'repeated', text: now }
  if (from !== undefined && now !== from) return { handle, by, did: 'refused', text: now }
  texts.set(handle, to)
  if (key !== null) keys.add(key)
  return { handle, by, did: 'written', text: to }
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function carryOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://shop')
  const handle = url.pathname.slice('/products/'.length)
  const body = await text(request)
  await rest()
  const done =
    request.method === 'PUT'
      ? put(handle, JSON.parse(body) as Put)
      : read(handle, url.searchParams.get('by') ?? 'a person')
  const entry = { ...done, isHeard: false }
  log.push(entry)
  await rest()
  // A process that was killed has ended its side of the connection.
  entry.isHeard = !request.socket.readableEnded && !request.socket.destroyed
  send(response, done)
}

const server = createServer((request, response) => {
  if (request.url === '/') send(response, { requests: log.length })
  else if (request.url === '/log') send(response, log)
  else if (request.url === '/texts') send(response, Object.fromEntries(texts))
  // A request that was cut off before its end does nothing.
  else carryOut(request, response).catch(() => response.destroy())
})
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listens on http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`)
})
