import { schemasOf } from '../node/schemas.ts'
import { openTables } from '../node/tables.ts'
import type { CommandSettings } from '../settings/command.ts'
import type { ProjectFiles } from './find.ts'
import { loadProject } from './load.ts'

/**
 * Brings the database up to date, as a server would when it starts. Safe to run twice, and by two at once.
 * @throws {StartError} {DefinitionError}
 */
export async function migrateProject(
  project: ProjectFiles,
  { settings, print }: { readonly settings: CommandSettings; readonly print: (text: string) => void },
): Promise<number> {
  const { config } = await loadProject(project)
  const tables = await openTables(settings, { schemas: schemasOf(config), briefly: false })
  await tables.close()
  const { place, migrated } = tables
  for (const { name, from, to } of migrated) {
    print(`${name}: ${from === 0 ? 'made' : `brought from level ${String(from)}`}, now at level ${String(to)}\n`)
  }
  const outcome = migrated.length === 0 ? 'was up to date, nothing was changed' : 'is up to date now'
  print(`The database ${outcome}: ${place}\n`)
  return 0
}
