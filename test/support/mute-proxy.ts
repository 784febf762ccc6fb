import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface MuteProxy {
  readonly port: number
  /** From now on nothing goes through the connections that are open, and nobody is told; new ones work. */
  mute(): void
  close(): void
}

/** Stands before a server on this machine: a network that can lose connections without a word. */
export async function startMuteProxy(port: number): Promise<MuteProxy> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => undefined)
      from.on('close', () => {
        if (open.delete(from)) to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    mute: () => {
      for (const socket of open) socket.unpipe().pause()
    },
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
