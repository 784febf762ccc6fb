import { once } from 'node:events'
import { type RequestListener, type Server, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createPostJson } from '#adapters/node/http/post-json.ts'
import type { AnswerHead, PostJson } from '#adapters/web/post-json.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

const NEVER = new AbortController().signal

interface Received {
  readonly head: AnswerHead
  readonly text: string
}

async function posted(url: string, post: PostJson = createPostJson({}), signal = NEVER): Promise<Received> {
  let head: AnswerHead = { status: 0, headers: {} }
  const pieces: Uint8Array[] = []
  const sink = {
    begin: (answered: AnswerHead) => {
      if (head.status !== 0) throw new Error('An answer begins once.')
      head = answered
    },
    take: (piece: Uint8Array) => pieces.push(piece) > 0,
  }
  await post(url, { headers: { authorization: 'Bearer sk-1' }, body: '{}', signal }, sink)
  return { head, text: Buffer.concat(pieces).toString() }
}

/** As `gzip` packs a file, with its name in the header. */
function withName(packed: Buffer): Buffer {
  const header = Buffer.from(packed.subarray(0, 10))
  header[3] = 8
  return Buffer.concat([header, Buffer.from('answer.json\0'), packed.subarray(10)])
}

describe('an answer', () => {
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text))],
    ['identity', (text: string) => Buffer.from(text)],
    ['', (text: string) => Buffer.from(text)],
    ['UTF-8', (text: string) => Buffer.from(text)],
    ['none, gzip', gzipSync],
    ['', gzipSync],
    ['gzip', (text: string) => gzipSync(gzipSync(text))],
    ['gzip', (text: string) => Buffer.concat([gzipSync(text), Buffer.from('garbage')])],
    ['', (text: string) => Buffer.concat([gzipSync(text), Buffer.from([0x1f, 0x8b, 1])])],
    ['gzip', (text: string) => Buffer.concat([gzipSync(text.slice(0, 4)), gzipSync(text.slice(4)), Buffer.from('\n')])],
    ['gzip', (text: string) => Buffer.concat([withName(gzipSync(text)), Buffer.from('garbage')])],
    ...['gzip', 'deflate', 'br', 'zstd', 'gzip, br'].map(
      (coding) => [coding, (text: string) => Buffer.from(text)] as const,
    ),
  ] as const)('that is compressed unasked is read: %s', async (coding, compress) => {
    const url = await listening((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity')
      response.setHeader('content-encoding', coding).end(compress('{"said":"hej"}'))
    })
    expect((await posted(url)).text).toBe('{"said":"hej"}')
  })

  test.each([
    ['gzip', brotliCompressSync('hej')],
    ['compress', Buffer.from('hej')],
  ])('that is not what it says of itself, and no text, is refused: %s', async (coding, bytes) => {
    const url = await listening((_, response) => response.setHeader('content-encoding', coding).end(bytes))
    await expect(posted(url)).rejects.toThrow(Error)
  })

  test('that is compressed is passed on as it comes', async () => {
    const packing = createGzip()
    const url = await listening((_, response) => {
      packing.pipe(response.setHeader('content-encoding', 'gzip'))
      packing.write('hej')
      packing.flush()
    })
    // The answer never ends: only what has come lets the call end.
    const pieces: Uint8Array[] = []
    const sink = { begin: () => undefined, take: (piece: Uint8Array) => pieces.push(piece) === 0 }
    await createPostJson({})(url, { headers: {}, body: '{}', signal: NEVER }, sink)
    expect(Buffer.concat(pieces).toString()).toBe('hej')
  })

  test('that is compressed and breaks off is passed on as far as it came', async () => {
    const url = await listening((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 9999 })
      response.write(gzipSync('hej'), () => response.destroy())
    })
    const pieces: Uint8Array[] = []
    const sink = { begin: () => undefined, take: (piece: Uint8Array) => pieces.push(piece) > 0 }
    await expect(createPostJson({})(url, { headers: {}, body: '{}', signal: NEVER }, sink)).rejects.toThrow()
    expect(Buffer.concat(pieces).toString()).toBe('hej')
  })

  test('may be preceded by hints', async () => {
    const url = await listening((_, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' })
      response.end('hej')
    })
    expect(await posted(url)).toMatchObject({ head: { status: 200 }, text: 'hej' })
  })

  test('that is enough is not waited for any longer: the connection closes', async () => {
    const closed = Promise.withResolvers<undefined>()
    const url = await listening((_, response) => {
      response.on('close', () => {
        closed.resolve(undefined)
      })
      response.write('hej')
    })
    await createPostJson({})(
      url,
      { headers: {}, body: '{}', signal: NEVER },
      { begin: () => undefined, take: () => false },
    )
    await closed.promise
  })
})

describe('a connection that is used again', () => {
  /** Answers the first request of each connection, and drops the connection at the second. */
  function dropping(sockets: Socket[]): RequestListener {
    return ({ socket }, response) => {
      const isKnown = sockets.includes(socket)
      sockets.push(socket)
      if (isKnown) socket.destroy()
      else response.end('hej')
    }
  }

  /** Leaves a connection that can be used again, which undici makes sure of for a moment. */
  async function warmedUp(url: string, post: PostJson): Promise<void> {
    await posted(url, post)
    for (let turn = 0; turn < 5; turn++) await setImmediate()
  }

  test('and is closed before a byte of the answer is replaced by a new one', async () => {
    const sockets: Socket[] = []
    const url = await listening(dropping(sockets))
    const post = createPostJson({})
    await warmedUp(url, post)
    expect((await posted(url, post)).text).toBe('hej')
    expect(sockets).toHaveLength(3)
  })

  test('and is closed in the middle of the answer is not: what was answered is not asked for again', async () => {
    const sockets: Socket[] = []
    const url = await listening(({ socket }, response) => {
      const isKnown = sockets.includes(socket)
      sockets.push(socket)
      if (!isKnown) response.end('hej')
      else response.writeHead(200, { 'content-length': 9 }).write('h', () => socket.destroy())
    })
    const post = createPostJson({})
    await warmedUp(url, post)
    await expect(posted(url, post)).rejects.toThrow()
    expect(sockets).toHaveLength(2)
  })
})

test('a new connection that is closed without an answer is a failure, and nothing is sent twice', async () => {
  let requests = 0
  const url = await listening(({ socket }) => {
    requests++
    socket.destroy()
  })
  await expect(posted(url)).rejects.toThrow()
  expect(requests).toBe(1)
})

describe('a request that is not wanted any more', () => {
  test('never leaves, although the connection is made', async () => {
    const sent = Promise.withResolvers<string>()
    const url = await listening(() => {
      sent.resolve('sent')
    })
    const connected = once(servers[0] ?? createServer(), 'connection') as Promise<[Socket]>
    const leave = new AbortController()
    const call = posted(url, createPostJson({}), leave.signal)
    leave.abort(new Error('The caller has left.'))
    await expect(call).rejects.toThrow('The caller has left.')
    const [socket] = await connected
    const closed = new Promise((resolve) =>
      socket.on('close', () => {
        resolve('closed')
      }),
    )
    expect(socket.closed ? 'closed' : await Promise.race([sent.promise, closed])).toBe('closed')
    expect(socket.bytesRead).toBe(0)
  })

  test('is not even begun when it was not wanted before', async () => {
    const call = posted('http://127.0.0.1:9', createPostJson({}), AbortSignal.abort(new Error('The caller has left.')))
    await expect(call).rejects.toThrow('The caller has left.')
  })
})

describe('the proxies of the environment', () => {
  test('carry what goes to other hosts', async () => {
    const asked: unknown[] = []
    const proxy = await listening((request, response) => {
      asked.push(request.url)
      response.end('hej')
    })
    for (const env of [{ HTTP_PROXY: proxy }, { http_proxy: proxy.replace('http://', '') }])
      expect((await posted('http://provider.test/v1?a=b', createPostJson(env))).text).toBe('hej')
    expect(asked).toEqual(Array(2).fill('http://provider.test/v1?a=b'))
  })

  test('are not asked about this machine', async () => {
    const url = await listening((_, response) => response.end('hej'))
    expect((await posted(url, createPostJson({ HTTP_PROXY: 'http://127.0.0.1:9' }))).text).toBe('hej')
  })

  test('must have an address', () => {
    expect(() => createPostJson({ HTTPS_PROXY: 'http://:::' })).toThrow('HTTPS_PROXY must look like')
  })
})
