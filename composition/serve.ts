import { serveOn } from './node/serve.ts'
import type { NodeLike } from './node/server.ts'

/** Each brings its own HTTP server, which the others cannot load. */
async function runtime(): Promise<NodeLike> {
  if ('Bun' in globalThis) return { runtime: 'bun', ...(await import('#adapters/bun/http-server.ts')) }
  if ('Deno' in globalThis) return { runtime: 'deno', ...(await import('#adapters/deno/http-server.ts')) }
  const { listen, peerAddress } = await import('#adapters/node/http/http-server.ts')
  return { runtime: 'node', listen, peerAddress }
}

/**
 * Serves a config on Node, Bun or Deno until a stop signal, and returns when the server listens. A mistake in the
 * settings or the config ends the process with a sentence on stderr.
 */
export const serve = serveOn(runtime)
