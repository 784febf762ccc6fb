import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StartError } from '#adapters/node/process/start-error.ts'
import { moduleIn } from '#adapters/node/project/files.ts'

/** An author's project on this machine. Its paths are absolute. */
export interface ProjectFiles {
  readonly folder: string
  readonly config: string
  /** The author's own entries of the runtimes, where there are some. */
  readonly server: string | null
  readonly worker: string | null
}

/**
 * @param config as given with --config; `null` looks into the working directory.
 * @throws {StartError}
 */
export function findProject(config: string | null): ProjectFiles {
  const path = config === null ? moduleIn(process.cwd(), 'errand.config') : resolve(config)
  if (path === null) {
    throw new StartError(
      `There is no errand.config.ts (or .js, .mjs) in ${process.cwd()}. Go to the folder of your project, name its config with --config, or make a project with "npm create errand@latest my-agents".`,
    )
  }
  if (!existsSync(path)) throw new StartError(`There is no file ${path}. Correct --config.`)
  const folder = dirname(path)
  return { folder, config: path, server: moduleIn(folder, 'server'), worker: moduleIn(folder, 'worker') }
}
