import type { NodeLike } from './node/server.ts'

/** The HTTP server of the runtime that this process is. Each brings its own, which the others cannot load. */
export async function runtime(): Promise<NodeLike> {
  if ('Bun' in globalThis) return { runtime: 'bun', ...(await import('#adapters/bun/http-server.ts')) }
  if ('Deno' in globalThis) return { runtime: 'deno', ...(await import('#adapters/deno/http-server.ts')) }
  const { listen, peerAddress } = await import('#adapters/node/http/http-server.ts')
  return { runtime: 'node', listen, peerAddress }
}
