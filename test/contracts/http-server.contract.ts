import { deepStrictEqual, match, rejects, strictEqual } from 'node:assert/strict'
import { connect } from 'node:net'
import type { Context } from 'hono'
import type { PeerAddress } from '#adapters/http/open-mode.ts'
import type { HttpApp, HttpServer, Listen } from '#adapters/http/server.ts'
import { AMBIGUOUS_TARGETS, KEPT_PATHS, PLAIN_TARGETS } from '#test/support/targets.ts'
import type { ContractCase } from './contract.ts'

export interface HttpServerSubject {
  readonly listen: Listen
  readonly peerAddress: PeerAddress
}

const LOCAL = { host: '127.0.0.1', port: 0 }

/** For what is held longer than any case takes. */
const LONG_MS = 600_000

const appOf = (fetch: HttpApp['fetch']): HttpApp => ({ fetch })

/** What comes back for these very bytes. */
async function send(server: HttpServer, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(bytes)
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}

async function serving(
  { listen }: HttpServerSubject,
  app: HttpApp,
  work: (server: HttpServer) => Promise<void>,
): Promise<void> {
  const server = await listen(app, LOCAL)
  try {
    await work(server)
  } finally {
    await server.close(0)
  }
}

/** A stream that says one thing, and another when it is told to. */
function spoken() {
  const more = Promise.withResolvers<undefined>()
  const left = Promise.withResolvers<undefined>()
  let said = 0
  const source: UnderlyingDefaultSource<Uint8Array> = {
    pull: async (controller) => {
      if (said++ > 0) await more.promise
      controller.enqueue(new TextEncoder().encode(`${String(said)};`))
      if (said === 2) controller.close()
    },
    cancel: () => {
      left.resolve(undefined)
    },
  }
  const answer = () =>
    new Response(new ReadableStream(source, { highWaterMark: 0 }), { headers: { 'content-type': 'text/event-stream' } })
  return { answer, more, left }
}

async function readPiece(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<string> {
  return new TextDecoder().decode((await reader?.read())?.value)
}

export const httpServerContract: readonly ContractCase<HttpServerSubject>[] = [
  {
    name: 'answers at its URL, and knows the address of a caller by the connection and not by what the headers say',
    async run(subject) {
      const app = appOf(async (request, env) => {
        const { method, url } = request
        return Response.json([method, url, await request.text(), subject.peerAddress({ env } as Context)])
      })
      await serving(subject, app, async ({ url }) => {
        const headers = { 'x-forwarded-for': '192.0.2.1', 'cf-connecting-ip': '192.0.2.1' }
        const answer = await fetch(`${url}/a?b=c`, { method: 'POST', headers, body: 'hej' })
        deepStrictEqual(await answer.json(), ['POST', `${url}/a?b=c`, 'hej', '127.0.0.1'])
      })
    },
  },
  {
    name: 'tells the app the name that it was called by: a page in a browser may have been sent here by another',
    async run(subject) {
      await serving(
        subject,
        appOf(({ url }) => new Response(new URL(url).hostname)),
        async (server) => {
          for (const target of ['/x', '//localhost/x']) {
            const bytes = `GET ${target} HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n`
            match(await send(server, bytes), /evil\.example\.com$/)
          }
        },
      )
    },
  },
  {
    name: 'refuses what cannot be read or could be read in two ways, and serves the next',
    async run(subject) {
      await serving(
        subject,
        appOf(({ url }) => new Response(new URL(url).pathname)),
        async (server) => {
          const get = (...lines: string[]) => ['GET /x HTTP/1.1', ...lines, 'Connection: close', '', ''].join('\r\n')
          for (const bytes of [get('Host: a b'), get('Host: localhost', 'Host: evil.example.com'), 'hello\r\n\r\n']) {
            match(await send(server, bytes), /^HTTP\/1\.1 400 /)
          }
          match(await send(server, get('Host: a b')), /application\/problem\+json[^]*"code":"invalid_request"/)
          strictEqual(await (await fetch(`${server.url}/next`)).text(), '/next')
        },
      )
    },
  },
  {
    name: 'resolves no path to another one: what could be is refused, and the rest comes as it was sent',
    async run(subject) {
      await serving(
        subject,
        appOf(({ url }) => new Response(new URL(url).pathname)),
        async (server) => {
          const get = (target: string) =>
            send(server, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
          for (const target of AMBIGUOUS_TARGETS)
            match(await get(target), /^HTTP\/1\.1 400 [^]*"code":"invalid_request"/, target)
          for (const target of PLAIN_TARGETS) match(await get(target), /^HTTP\/1\.1 200 /, target)
          for (const target of KEPT_PATHS)
            strictEqual(
              (await get(target)).split('\r\n').findLast((line) => line.startsWith('/')),
              target,
            )
        },
      )
    },
  },
  {
    name: 'tells the app of a caller who leaves before the answer',
    async run(subject) {
      const here = Promise.withResolvers<undefined>()
      const left = Promise.withResolvers<undefined>()
      const app = appOf(({ signal }) => {
        signal.addEventListener('abort', () => {
          left.resolve(undefined)
        })
        here.resolve(undefined)
        return left.promise.then(() => new Response())
      })
      await serving(subject, app, async ({ url }) => {
        const stop = new AbortController()
        const asking = fetch(url, { method: 'POST', body: '{}', signal: stop.signal })
        await here.promise
        stop.abort(new Error('enough'))
        await rejects(asking)
        await left.promise
      })
    },
  },
  {
    name: 'sends a stream piece by piece, and ends it where its reader leaves',
    async run(subject) {
      const streams = [spoken(), spoken()] as const
      let asked = 0
      const app = appOf(() => streams[asked++ === 0 ? 0 : 1].answer())
      await serving(subject, app, async ({ url }) => {
        const reader = (await fetch(url)).body?.getReader()
        strictEqual(await readPiece(reader), '1;')
        streams[0].more.resolve(undefined)
        strictEqual(await readPiece(reader), '2;')

        const other = (await fetch(url)).body?.getReader()
        strictEqual(await readPiece(other), '1;')
        await other?.cancel()
        await streams[1].left.promise
      })
    },
  },
  {
    name: 'cannot listen where another does, and says so to whoever starts it',
    async run(subject) {
      await serving(
        subject,
        appOf(() => new Response()),
        async ({ url }) => {
          const taken = { host: LOCAL.host, port: Number(new URL(url).port) }
          await rejects(
            subject.listen(
              appOf(() => new Response()),
              taken,
            ),
            {
              name: 'StartError',
              message: `Another program listens on 127.0.0.1:${String(taken.port)} (EADDRINUSE). Stop it, or set another port, such as ERRAND_PORT=${String(taken.port + 1)}.`,
            },
          )
        },
      )
    },
  },
  {
    name: 'close() lets what is open be answered, takes nothing more, and does not wait for connections that are idle',
    async run({ listen }) {
      const here = Promise.withResolvers<undefined>()
      const go = Promise.withResolvers<undefined>()
      const app = appOf(async ({ url }) => {
        if (!url.endsWith('/slow')) return new Response()
        here.resolve(undefined)
        await go.promise
        return new Response('answered')
      })
      const server = await listen(app, LOCAL)
      await (await fetch(server.url)).text()
      const slow = fetch(`${server.url}/slow`)
      await here.promise
      const closed = server.close(LONG_MS)
      await rejects(fetch(server.url, { headers: { connection: 'close' } }))
      go.resolve(undefined)
      strictEqual(await (await slow).text(), 'answered')
      await closed
    },
  },
  {
    name: 'close() returns when the time is up, whatever is open',
    async run({ listen }) {
      const { answer, more } = spoken()
      const server = await listen(appOf(answer), LOCAL)
      const reader = (await fetch(server.url)).body?.getReader()
      strictEqual(await readPiece(reader), '1;')
      await server.close(1)
      more.resolve(undefined)
      await reader?.cancel().catch(() => undefined)
    },
  },
]
