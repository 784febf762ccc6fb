import { StartError } from '#adapters/node/process/start-error.ts'
import { openNodeApp } from './app.ts'
import { findProject } from '../cli/find.ts'
import { loadProject } from '../cli/load.ts'
import { SettingsError, parseNodeSettings } from '../settings/settings.ts'

// `npm run migrate`: brings the database up to date, as a server would when it starts. Safe to run twice, and by two at once.
try {
  const { storage } = await openNodeApp(parseNodeSettings(process.env), await loadProject(findProject(null)))
  await storage.close()
  const { migrated, place } = storage
  for (const { name, from, to } of migrated) {
    process.stdout.write(
      `${name}: ${from === 0 ? 'made' : `brought from level ${String(from)}`}, now at level ${String(to)}\n`,
    )
  }
  const outcome = migrated.length === 0 ? 'was up to date, nothing was changed' : 'is up to date now'
  process.stdout.write(`The database ${outcome}: ${place}\n`)
} catch (error) {
  const foreseen = error instanceof SettingsError || error instanceof StartError
  process.stderr.write(`${String(error instanceof Error ? (foreseen ? error.message : error.stack) : error)}\n`)
  process.exit(1)
}
