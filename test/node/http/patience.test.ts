import { type Socket, connect } from 'node:net'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { problemHandler } from '#adapters/http/problem.ts'
import { limitBody } from '#adapters/http/read-json.ts'
import type { HttpServer } from '#adapters/http/server.ts'
import { listenPatiently } from '#adapters/node/http/http-server.ts'
import { PATIENCE, type Patience } from '#adapters/node/http/patience.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

let server: HttpServer

/** A server that answers with the body, when it has all of it. */
async function serving(patience: Partial<Patience>): Promise<void> {
  const app = new Hono().onError(problemHandler(silentLogger))
  app.put('/lines', async (c) => c.text(await c.req.text()))
  app.use(limitBody).post('/json', async (c) => c.text(await c.req.text()))
  server = await listenPatiently(app, { host: '127.0.0.1', port: 0 }, { ...PATIENCE, ...patience })
}

let sockets: Socket[] = []

beforeEach(() => {
  sockets = []
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await server.close(0)
})

/** A request of which this much has come. */
function begin(request: string, type: string): { socket: Socket; answer: Promise<string> } {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  const headers = `Host: localhost\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: 4`
  socket.write(`${request} HTTP/1.1\r\n${headers}\r\n\r\nab`)
  const answer = (async () => {
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    return text
  })()
  return { socket, answer }
}

test('a body that does not come in time is refused, and lines may take as long as they need', async () => {
  await serving({ requestMs: 20 })
  const lines = begin('PUT /lines', 'application/x-ndjson')
  // Begun later, and so refused after the time of the other is over.
  const late = begin('POST /json', 'application/json')
  expect(await late.answer).toMatch(/^HTTP\/1.1 408 [^]*"request_timeout"/)
  lines.socket.write('cd')
  expect(await lines.answer).toMatch(/^HTTP\/1.1 200 [^]*abcd$/)
})

test('lines that do not come any more are given up', async () => {
  await serving({ stalledMs: 20 })
  expect(await begin('PUT /lines', 'application/x-ndjson').answer).toMatch(/^HTTP\/1.1 408 /)
})
