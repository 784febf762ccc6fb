import type { OpenKeys } from '#adapters/cli/keys.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import type { MakeKeyDeps } from '#application/tenant/make-key.ts'
import { ManageKeys } from '#application/tenant/manage-keys.ts'
import { openTables } from '../node/tables.ts'
import type { CommandSettings } from '../settings/command.ts'

/** The keys in a database, and nothing else of it. @throws {StartError} */
export async function openKeys(settings: CommandSettings, deps: MakeKeyDeps): Promise<OpenKeys> {
  const tables = await openTables(settings, { schemas: [apiKeySchema], briefly: true })
  const { db, place } = tables
  return { keys: new ManageKeys({ ...deps, keys: new SqlApiKeys(db) }), place, close: () => tables.close() }
}
