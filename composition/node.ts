import { StartError } from '#adapters/node/start-error.ts'
import { DefinitionError } from '#domain/errors.ts'
import { startServer } from './node-server.ts'
import { SettingsError, parseNodeSettings } from './settings.ts'

try {
  await startServer(parseNodeSettings(process.env))
} catch (error) {
  // A mistake of the person who starts us needs a sentence, not a stack.
  const foreseen = [SettingsError, StartError, DefinitionError].some((kind) => error instanceof kind)
  process.stderr.write(`${String(error instanceof Error ? (foreseen ? error.message : error.stack) : error)}\n`)
  process.exit(1)
}
