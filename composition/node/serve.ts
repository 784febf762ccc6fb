import * as module from 'node:module'
import { StartError } from '#adapters/node/process/start-error.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { DefinitionError } from '#domain/agent/errors.ts'
import type { Config } from '../config/config.ts'
import type { Project } from '../config/parts.ts'
import type { RuntimeWorld } from '../config/world.ts'
import { parseNodeSettings } from '../settings/settings.ts'
import { SettingsError } from '../settings/settings-error.ts'
import { type NodeLike, type RunningServer, startServer } from './server.ts'

export interface ServeOptions<Ports extends object = object> {
  /** What implements the config's ports. Called once, when the database is open. */
  readonly ports: (runtime: RuntimeWorld) => Ports
  /** Settings and variables; those of the process if it is left out. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Serves a config until a stop signal. */
export interface Serve {
  (config: Config, options?: Partial<ServeOptions>): Promise<RunningServer>
  <Ports extends object>(
    config: Config<readonly Agent[], Ports>,
    options: ServeOptions<NoInfer<Ports>>,
  ): Promise<RunningServer>
}

/**
 * For a process that is nothing else. A mistake of the person who starts it ends the process with a sentence on stderr
 * and no stack.
 */
export async function serveProject(
  project: Project,
  { env, like }: { readonly env: Readonly<Record<string, string | undefined>>; readonly like: NodeLike },
): Promise<RunningServer> {
  try {
    const server = await startServer(parseNodeSettings(env), project, like)
    // Now and not at the exit, which a killed process never reaches. Compiling is half of a start. Node alone has it.
    if ('flushCompileCache' in module) module.flushCompileCache()
    return server
  } catch (error) {
    const foreseen = [SettingsError, StartError, DefinitionError].some((kind) => error instanceof kind)
    process.stderr.write(`${String(error instanceof Error ? (foreseen ? error.message : error.stack) : error)}\n`)
    return process.exit(1)
  }
}
