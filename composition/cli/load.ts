import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { StartError } from '#adapters/node/process/start-error.ts'
import { type Config, defineConfig } from '../config/config.ts'
import type { Project } from '../config/parts.ts'
import { captureServe } from '../node/capture.ts'
import type { ProjectFiles } from './find.ts'

/** The config of a project, with the ports that its `server.ts` gives to `serve` or `createNodeApp`. @throws {StartError} {DefinitionError} */
export async function loadProject({ config, server }: ProjectFiles): Promise<Project> {
  if (server === null) return { config: await loadConfig(config) }
  const captured = captureServe()
  // `serve` does not return then, so neither does the import.
  const loaded = importFile(server).then(() => {
    throw new StartError(
      `${basename(server)} calls neither serve(config, …) nor createNodeApp(config, …) of "errand/node".`,
    )
  })
  return Promise.race([captured, loaded])
}

/** @throws {StartError} {DefinitionError} */
export async function loadConfig(path: string): Promise<Config> {
  const { default: config } = (await importFile(path)) as { readonly default?: Config }
  if (config === undefined) {
    throw new StartError(
      `${basename(path)} has no default export: write "export default defineConfig({ agents: […] })".`,
    )
  }
  // Once more, for a config that was made without it.
  return defineConfig(config)
}

/** Runs a module of the author's. */
export async function importFile(path: string): Promise<unknown> {
  // eslint-disable-next-line no-restricted-syntax -- It is the author's file: dependency-cruiser cannot know it.
  return import(pathToFileURL(path).href)
}
