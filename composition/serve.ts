import type { AnyConfig } from './config/parts.ts'
import { isCaptured } from './node/capture.ts'
import type { Serve, ServeOptions } from './node/serve.ts'
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
export const serve: Serve = async (config: AnyConfig, { ports, env = process.env }: Partial<ServeOptions> = {}) => {
  const project = { config, ports }
  // The command that wants the project goes on, and the code after this call does not.
  if (isCaptured(project)) return new Promise<never>(() => undefined)
  // Loaded late, because such a command serves nothing.
  const { serveProject } = await import('./node/serve.ts')
  return serveProject(project, { env, like: await runtime() })
}
