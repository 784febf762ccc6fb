import { StartError } from '#adapters/node/start-error.ts'
import { openNodeApp } from './node-app.ts'
import { SettingsError, parseNodeSettings } from './settings.ts'

// `npm run migrate`: brings the database up to date, as a server would when it starts. Safe to run twice, and by two at once.
try {
  const { storage } = await openNodeApp(parseNodeSettings(process.env))
  await storage.close()
  process.stdout.write(`The database is up to date: ${storage.place}\n`)
} catch (error) {
  const foreseen = error instanceof SettingsError || error instanceof StartError
  process.stderr.write(`${String(error instanceof Error ? (foreseen ? error.message : error.stack) : error)}\n`)
  process.exit(1)
}
