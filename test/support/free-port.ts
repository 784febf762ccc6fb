import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A free port of this machine. No other program is given it before its server has started: ports that the system
 * chooses, for a listener or a connection, begin at 32768.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
