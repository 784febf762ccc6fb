import { openNodeApp } from '../node/app.ts'
import type { NodeSettings } from '../settings/settings.ts'
import type { ProjectFiles } from './find.ts'
import { loadProject } from './load.ts'

/**
 * Brings the database up to date, as a server would when it starts. Safe to run twice, and by two at once.
 * @throws {StartError} {DefinitionError}
 */
export async function migrateProject(
  project: ProjectFiles,
  { settings, print }: { readonly settings: NodeSettings; readonly print: (text: string) => void },
): Promise<number> {
  const { storage } = await openNodeApp(settings, await loadProject(project))
  await storage.close()
  const { migrated, place } = storage
  for (const { name, from, to } of migrated) {
    print(`${name}: ${from === 0 ? 'made' : `brought from level ${String(from)}`}, now at level ${String(to)}\n`)
  }
  const outcome = migrated.length === 0 ? 'was up to date, nothing was changed' : 'is up to date now'
  print(`The database ${outcome}: ${place}\n`)
  return 0
}
