import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

/** Of both directions together: an upload of 150 MB loses some hundred connections. */
const MOST_BYTES = 1_500_000

export interface CuttingProxy {
  readonly url: string
  cuts(): number
  close(): void
}

/** Stands before a server and breaks each connection without an end after a random number of bytes. */
export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let left = Math.random() * MOST_BYTES
    const pass = (from: Socket, to: Socket): void => {
      sockets.add(from)
      from.on('data', (chunk: Buffer) => {
        left -= chunk.length
        if (left < 0) {
          cuts++
          client.resetAndDestroy()
          upstream.resetAndDestroy()
        } else if (!to.write(chunk)) from.pause()
      })
      to.on('drain', () => from.resume())
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
    pass(client, upstream)
    pass(upstream, client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    cuts: () => cuts,
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
