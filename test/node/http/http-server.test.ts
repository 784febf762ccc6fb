import { connect } from 'node:net'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { problemHandler } from '#adapters/http/problem.ts'
import { MAX_BODY_BYTES, limitBody } from '#adapters/http/read-json.ts'
import type { HttpServer } from '#adapters/http/server.ts'
import { listen, listenPatiently } from '#adapters/node/http/http-server.ts'
import { PATIENCE } from '#adapters/node/http/patience.ts'
import { silentLogger } from '#test/support/silent-logger.ts'

let server: HttpServer

const MINUTE_MS = 60_000
let app: Hono

beforeEach(async () => {
  app = new Hono()
  app.use(limitBody)
  app.all('*', (c) => c.text(c.req.url))
  app.onError(problemHandler(silentLogger))
  server = await listen(app, { host: '127.0.0.1', port: 0 })
})

afterEach(() => server.close(0))

/** What comes back for these very bytes. */
async function send(bytes: string): Promise<{ status: number; type: string | undefined; body: string }> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.end(bytes)
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const type = /^content-type: *(.*)$/im.exec(head)?.[1]
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), type, body }
}

describe('what Node’s own parser refuses is Problem Details too', () => {
  const cases: Record<string, [string, number, string]> = {
    'no HTTP at all': ['hello\r\n\r\n', 400, 'invalid_request'],
    'an unknown method': ['FROB / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'invalid_request'],
    'a space in a header name': ['GET / HTTP/1.1\r\nHost: localhost\r\nBad Header: 1\r\n\r\n', 400, 'invalid_request'],
    'no Host': ['GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    'a Host that is none': ['GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    'two lengths': [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
      'invalid_request',
    ],
    'a length and chunks': [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'invalid_request',
    ],
    'two Hosts': ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400, 'invalid_request'],
    'a second Host behind 2500 headers': [
      `GET / HTTP/1.1\r\nHost: a\r\n${'a:b\r\n'.repeat(2500)}Host: b\r\nConnection: close\r\n\r\n`,
      400,
      'invalid_request',
    ],
    'a tunnel': ['CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', 405, 'method_not_allowed'],
    'a coding that nobody undoes': [
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
      400,
      'invalid_request',
    ],
    'headers of 20 KiB': [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    'an expectation that nobody can meet': [
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
      400,
      'invalid_request',
    ],
  }
  test.each(Object.entries(cases))('%s', async (_name, [bytes, status, code]) => {
    const answer = await send(bytes)
    expect(answer).toMatchObject({ status, type: 'application/problem+json' })
    const problem = JSON.parse(answer.body) as { status: number; code: string; detail: string }
    expect(problem).toMatchObject({ type: `/errors/${code}`, status, code })
    expect(problem.detail).toMatch(/^[A-Z].{10,}\.$/)
  })

  test('and the next caller is served', async () => {
    await send('hello\r\n\r\n')
    expect((await send('GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).status).toBe(200)
  })
})

describe('a body that is too large', () => {
  const size = MAX_BODY_BYTES + 1
  const body = 'x'.repeat(size)
  const declared = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${String(size)}\r\n\r\n`
  const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
  const chunk = `${size.toString(16)}\r\n${body}\r\n`

  /** What comes back until the server cuts the connection; `next` is sent as soon as there is an answer. */
  async function converse(first: string, next = ''): Promise<readonly string[]> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(first)
    let text = ''
    for await (const piece of socket) {
      if (text === '' && next !== '') socket.write(next)
      text += String(piece)
    }
    return text.split(/(?=HTTP\/1\.1 )/)
  }

  test.each([
    ['that is declared and does not come', declared],
    ['that does not come whole', declared + body.slice(1)],
    ['without an end', chunked + chunk],
  ])('%s: the answer says that the connection is over, and then it is', async (_name, bytes) => {
    const [answer, ...more] = await converse(bytes)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toMatch(/^connection: close\r$/im)
    expect(more).toEqual([])
  })

  test.each([
    ['declared', declared + body],
    // More than the buffers on the way hold, so that somebody must read it.
    ['in chunks', `${chunked}${chunk.repeat(16)}0\r\n\r\n`],
  ])('%s and all there: the connection goes on', async (_name, bytes) => {
    await server.close(0)
    server = await listenPatiently(app, { host: '127.0.0.1', port: 0 }, { ...PATIENCE, lingerMs: MINUTE_MS })
    const [answer, next] = await converse(bytes, 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toMatch(/^connection: keep-alive\r$/im)
    expect(next).toMatch(/^HTTP\/1\.1 200 /)
  })
})

test('who takes nothing of what is sent to them is cut off, and who waits for what is not there yet is not', async () => {
  const asked = Promise.withResolvers<undefined>()
  const answer = Promise.withResolvers<undefined>()
  const cut = Promise.withResolvers<undefined>()
  const app = new Hono()
  app.get('/late', async (c) => {
    asked.resolve(undefined)
    await answer.promise
    return c.text('late')
  })
  app.get('/endless', (c) => {
    const piece = new Uint8Array(65_536)
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      controller.enqueue(piece)
    }
    const cancel = (): void => {
      cut.resolve(undefined)
    }
    return c.body(new ReadableStream({ pull, cancel }))
  })
  const patient = await listenPatiently(app, { host: '127.0.0.1', port: 0 }, { ...PATIENCE, stalledMs: 20 })
  // Nothing has gone over this connection for longer than over the other, when that one is cut.
  const late = fetch(`${patient.url}/late`)
  await asked.promise
  const socket = connect(Number(new URL(patient.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.pause().write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await cut.promise
  answer.resolve(undefined)
  expect(await (await late).text()).toBe('late')
  socket.destroy()
  await patient.close(0)
})
