import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { StartError } from '#adapters/node/process/start-error.ts'
import { runNode } from '#adapters/node/project/child.ts'
import { installedBin, installedPackage } from '#adapters/node/project/files.ts'
import type { WorkerSettings } from './worker-settings.ts'

/** What this module needs of wrangler's own reader and writer of its configuration. */
interface WranglerModule {
  readonly experimental_readRawConfig: (args: { readonly config: string }) => { readonly rawConfig: WorkerSettings }
  readonly experimental_patchConfig: (path: string, patch: WorkerSettings, isArrayInsertion: boolean) => string
}

/** The wrangler of a project, and its configuration. */
export class Wrangler {
  readonly #folder: string
  readonly configFile: string

  /** @throws {StartError} if the project lacks one of them. */
  constructor(folder: string) {
    const configFile = ['wrangler.jsonc', 'wrangler.json', 'wrangler.toml'].find((name) =>
      existsSync(join(folder, name)),
    )
    if (configFile === undefined) {
      throw new StartError(`There is no wrangler.jsonc in ${folder}. "npx errand init" makes one.`)
    }
    if (installedPackage(folder, 'wrangler') === null) {
      throw new StartError('wrangler is not installed. Install it with "npm install --save-dev wrangler".')
    }
    this.#folder = folder
    this.configFile = configFile
  }

  /** In the foreground. Resolves to the exit code. */
  async run(args: readonly string[]): Promise<number> {
    const script = installedBin(this.#folder, 'wrangler') ?? ''
    // Both ask a server for something that these commands do not need, and complain without a network.
    const env = { WRANGLER_HIDE_BANNER: 'true', CLOUDFLARE_CF_FETCH_ENABLED: 'false', ...process.env }
    return runNode(script, { args: [...args, '--config', this.configFile], cwd: this.#folder, env })
  }

  async read(): Promise<WorkerSettings> {
    const { experimental_readRawConfig: read } = await this.#module()
    return read({ config: join(this.#folder, this.configFile) }).rawConfig
  }

  /** Adds to the lists of the configuration, and keeps its comments. */
  async add(patch: WorkerSettings): Promise<void> {
    const { experimental_patchConfig: write } = await this.#module()
    write(join(this.#folder, this.configFile), patch, true)
  }

  async #module(): Promise<WranglerModule> {
    const entry = join(installedPackage(this.#folder, 'wrangler') ?? '', 'wrangler-dist/cli.js')
    // eslint-disable-next-line no-restricted-syntax -- The project's own copy, wherever it is installed.
    const loaded = (await import(pathToFileURL(entry).href)) as WranglerModule | { readonly default: WranglerModule }
    return 'default' in loaded ? loaded.default : loaded
  }
}
