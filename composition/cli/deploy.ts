import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { DeployOptions } from '#adapters/cli/project.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import type { ProjectFiles } from './find.ts'
import { workerEntry } from './worker-entry.ts'
import { type DeployedObjects, type WorkerSettings, missingSettings, objectsIn, problemsIn } from './worker-settings.ts'
import { Wrangler } from './wrangler.ts'

/** Written after each deploy. It belongs into the repository, so that the next deploy compares with it anywhere. */
const RECORD = 'errand.deployed.json'

/**
 * Builds the Worker and publishes it. Resolves to wrangler's exit code.
 * @throws {StartError} before anything is published, if stored objects would be out of reach.
 */
export async function deploy(
  project: ProjectFiles,
  { dryRun, wranglerArgs }: DeployOptions,
  note: (text: string) => void,
): Promise<number> {
  const { folder } = project
  const wrangler = new Wrangler(folder)
  const settings = await withErrand(wrangler, { dryRun, note })
  const problems = problemsIn(settings, deployedObjects(folder))
  if (problems.length > 0) throw new StartError(`${wrangler.configFile} cannot be deployed. ${problems.join(' ')}`)
  const entry = relative(folder, workerEntry(project, settings))
  const objects = objectsIn(settings)
  note(`Entry ${entry}. ${describeObjects(objects)}`)
  const code = await wrangler.run(['deploy', entry, '--minify', ...(dryRun ? ['--dry-run'] : []), ...wranglerArgs])
  if (code === 0 && !dryRun) {
    writeFileSync(join(folder, RECORD), `${JSON.stringify(objects, null, 2)}\n`)
    note(`Recorded the class names and migrations in ${RECORD}. Commit it: the next deploy compares with it.`)
  }
  return code
}

/** What the last deploy from this project has fixed; `null` before the first. @throws {StartError} */
export function deployedObjects(folder: string): DeployedObjects | null {
  const path = join(folder, RECORD)
  if (!existsSync(path)) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as DeployedObjects
  } catch (cause) {
    throw new StartError(`${RECORD} is not valid JSON. Take it from the commit of the last deploy.`, { cause })
  }
}

export function describeObjects({ classes, migrations }: DeployedObjects): string {
  return `Durable Object classes ${classes.join(', ')}, for ever. Migrations ${migrations.map(({ tag }) => tag).join(', ')}.`
}

interface Completing {
  readonly dryRun: boolean
  readonly note: (text: string) => void
}

/** The configuration of a Worker, with what this release needs: a newer one may have brought classes. @throws {StartError} */
export async function withErrand(wrangler: Wrangler, { dryRun, note }: Completing): Promise<WorkerSettings> {
  const settings = await wrangler.read()
  const missing = missingSettings(settings)
  if (missing === null) return settings
  const text = JSON.stringify(missing, null, 2)
  if (dryRun) {
    note(`A deploy adds this to ${wrangler.configFile}:\n${text}`)
    return settings
  }
  try {
    await wrangler.add(missing)
  } catch (cause) {
    throw new StartError(`Add this to ${wrangler.configFile}, and deploy again:\n${text}`, { cause })
  }
  note(`Added to ${wrangler.configFile}:\n${text}`)
  return wrangler.read()
}
