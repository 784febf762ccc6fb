import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from 'hono'
import { type HttpServer, listen, peerAddress } from '#adapters/node/http-server.ts'

let server: HttpServer

beforeEach(async () => {
  server = await listen({ fetch: (request: Request) => new Response(request.url) }, { host: '127.0.0.1', port: 0 })
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

test('the address of a caller is that of its connection, whatever its headers say', async () => {
  const fetch = (_request: Request, env: unknown) => new Response(peerAddress({ env } as Context))
  const other = await listen({ fetch: fetch }, { host: '127.0.0.1', port: 0 })
  const headers = { 'x-forwarded-for': '192.0.2.1', 'cf-connecting-ip': '192.0.2.1' }
  expect(await (await globalThis.fetch(other.url, { headers })).text()).toBe('127.0.0.1')
  await other.close(0)
})

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
    expect(problem).toMatchObject({ type: 'about:blank', status, code })
    expect(problem.detail).toMatch(/^[A-Z].{10,}\.$/)
  })

  test('and the next caller is served', async () => {
    await send('hello\r\n\r\n')
    expect((await send('GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).status).toBe(200)
  })
})
