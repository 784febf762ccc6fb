import type { ProjectCommands } from '#adapters/cli/project.ts'
import type { NodeSettings } from '../settings/settings.ts'
import { dev } from './dev.ts'
import { withEnvFile } from './env-file.ts'
import { findProject } from './find.ts'
import { parseCommandSettings } from '../settings/command.ts'
import { printFindings } from './finding.ts'

export interface CommandsWorld {
  /** The script of the command line. */
  readonly cli: string
  /** As given with --config. */
  readonly config: string | null
  /** Read when it is asked for: not every command needs valid settings. */
  readonly settings: () => Promise<NodeSettings>
  readonly print: (text: string) => void
  readonly note: (text: string) => void
}

/** The commands on the project in the working directory. What only one of them needs is loaded late. */
export function projectCommands({ cli, config, settings, print, note }: CommandsWorld): ProjectCommands {
  const noteLine = (text: string): void => {
    note(`${text}\n`)
  }
  return {
    async dev({ worker }) {
      const project = findProject(config)
      if (!worker) return dev(project, { cli, note: noteLine })
      const { devWorker } = await import('./dev-worker.ts')
      return devWorker(project, noteLine)
    },
    async start({ supervised }) {
      process.env = withEnvFile(process.env)
      const { start } = await import('./start.ts')
      return start(findProject(config), { supervised })
    },
    async migrate() {
      const { migrateProject } = await import('./migrate.ts')
      return migrateProject(findProject(config), { settings: parseCommandSettings(withEnvFile(process.env)), print })
    },
    async check({ json }) {
      const { check } = await import('./check.ts')
      const { loadForCheck } = await import('./load-for-check.ts')
      const project = findProject(config)
      return printFindings(check(project, { load: async () => loadForCheck(project, await settings()) }), {
        print,
        json,
      })
    },
    async doctor({ json }) {
      const { examine } = await import('./doctor.ts')
      const { loadForCheck } = await import('./load-for-check.ts')
      const { openTables } = await import('../node/tables.ts')
      const { SCHEMAS } = await import('../node/schemas.ts')
      const project = findProject(config)
      const given = await settings()
      // Once: the server.ts of a project runs only at its first import.
      let loaded: ReturnType<typeof loadForCheck> | null = null
      const found = examine(project, {
        settings: given,
        load: () => (loaded ??= loadForCheck(project, given)),
        openDatabase: async () => {
          const tables = await openTables(given, { schemas: SCHEMAS, briefly: true })
          await tables.close()
        },
      })
      return printFindings(found, { print, json })
    },
    async deploy(options) {
      const { deploy } = await import('./deploy.ts')
      return deploy(findProject(config), options, noteLine)
    },
    async init({ template, install }) {
      const { init } = await import('#create-errand/init.js')
      return init({ directory: process.cwd(), template, install, note: noteLine })
    },
  }
}
