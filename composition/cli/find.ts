import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
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
  const path = config === null ? configHere() : resolve(config)
  if (path === null) {
    throw new StartError(
      `There is no errand.config.ts (or .js, .mjs) in ${process.cwd()}. Go to the folder of your project, name its config with --config, or make a project with "npm create errand@latest my-agents".`,
    )
  }
  if (!existsSync(path))
    throw new StartError(`There is no file ${path}. Correct --config, or "errand.config" in package.json.`)
  const folder = dirname(path)
  return { folder, config: path, server: moduleIn(folder, 'server'), worker: moduleIn(folder, 'worker') }
}

/** The config of the working directory; `null` where it has none. */
export function configHere(): string | null {
  return namedIn(process.cwd()) ?? moduleIn(process.cwd(), 'errand.config')
}

/** The config that `package.json` names, for a project that is not at the root of its repository. */
function namedIn(folder: string): string | null {
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) return null
  const { errand } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly errand?: { readonly config?: string } }
  return errand?.config === undefined ? null : resolve(folder, errand.config)
}
