import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Behaviour, CallbackReceiver, ReceivedCall } from '#test/contracts/callback-sender.contract.ts'

export interface LocalReceiver extends CallbackReceiver {
  readonly port: number
  /** `host:port` for the list of hosts that are exempt. */
  readonly host: string
  /** How many connections were made to it, and to which of the machine's addresses. */
  readonly connectedTo: readonly string[]
  /** Resolves when the other side has closed a connection on which an answer was still being given. */
  readonly hungUp: Promise<void>
  close(): Promise<void>
}

/** A server on loopback that answers 204, or does as it is told. */
export async function startReceiver(bind = '127.0.0.1'): Promise<LocalReceiver> {
  const calls: ReceivedCall[] = []
  const connectedTo: string[] = []
  const hungUp = Promise.withResolvers<undefined>()
  let behaviour: Behaviour = { status: 204 }
  let arrival = Promise.withResolvers<undefined>()

  const server = createServer((request, response) => {
    void readCall(request).then((call) => {
      calls.push(call)
      arrival.resolve(undefined)
      answer(response, behaviour)
      if (behaviour === 'endless') response.once('close', hungUp.resolve)
    })
  })
  server.on('connection', ({ localAddress }) => connectedTo.push(localAddress ?? ''))
  server.listen(0, bind)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}`,
    host: `127.0.0.1:${String(port)}`,
    port,
    calls,
    connectedTo,
    hungUp: hungUp.promise,
    behave: (as) => {
      behaviour = as
    },
    nextCall: async () => {
      await arrival.promise
      arrival = Promise.withResolvers()
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function readCall(request: IncomingMessage): Promise<ReceivedCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  return { method: request.method ?? '', path: request.url ?? '', headers, body: Buffer.concat(chunks).toString() }
}

function answer(response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour === 'hang') return
  if (behaviour === 'close') {
    response.destroy()
  } else if (behaviour === 'endless') {
    response.writeHead(200).write('and so on ')
  } else {
    const { status, location, retryAfter } = behaviour
    // No connection is kept, so that every call has to look up the name again.
    const headers = { ...(location !== undefined && { location }), ...(retryAfter && { 'retry-after': retryAfter }) }
    response.writeHead(status, { connection: 'close', ...headers } as OutgoingHttpHeaders).end()
  }
}
