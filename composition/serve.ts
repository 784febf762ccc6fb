import type { AnyConfig } from './config/parts.ts'
import { isCaptured } from './node/capture.ts'
import type { CreateNodeApp, NodeAppOptions } from './node/mount.ts'
import type { Serve, ServeOptions } from './node/serve.ts'
import { runtime } from './runtime.ts'

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

/**
 * Opens a config within a server of the author's own, on Node, Bun or Deno. It takes no signal and ends no process:
 * `close` is the author's to call.
 * @throws {SettingsError} {StartError} {DefinitionError}
 */
export const createNodeApp: CreateNodeApp = async (config: AnyConfig, options: Partial<NodeAppOptions> = {}) => {
  const { ports, env = process.env, basePath } = options
  const project = { config, ports }
  if (isCaptured(project)) return new Promise<never>(() => undefined)
  const { openMounted } = await import('./node/mount.ts')
  return openMounted(project, { env, basePath, like: await runtime() })
}
