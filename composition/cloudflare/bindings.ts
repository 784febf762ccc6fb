import { DURABLE_OBJECTS } from '../durable-objects.ts'
import { SettingsError } from '../settings/settings-error.ts'

/**
 * A release may bring a class that the project's wrangler configuration does not have yet.
 * @throws {SettingsError} that says what to add.
 */
export function checkBindings(env: Readonly<Record<string, unknown>>): void {
  const missing = Object.entries(DURABLE_OBJECTS).filter(([, binding]) => env[binding] === undefined)
  if (missing.length === 0) return
  const pairs = missing.map(([name, binding]) => `${binding} (class ${name})`).join(', ')
  throw new SettingsError(
    `The Worker has no binding ${pairs}. Add it to durable_objects.bindings of the wrangler configuration, and its class to new_sqlite_classes of a new migration.`,
  )
}
