import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OpenKeys } from '#adapters/cli/keys.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import { SqlApiKeys, apiKeySchema } from '#adapters/sql/api-keys.ts'
import type { MakeKeyDeps } from '#application/tenant/make-key.ts'
import { ManageKeys } from '#application/tenant/manage-keys.ts'
import { openTables } from '../node/tables.ts'
import { type CommandSettings, DEFAULT_DATA_DIR } from '../settings/command.ts'
import { configHere } from './find.ts'

/** The keys in a database, and nothing else of it. @throws {StartError} */
export async function openKeys(settings: CommandSettings, deps: MakeKeyDeps): Promise<OpenKeys> {
  refuseWrongFolder(settings)
  const tables = await openTables(settings, { schemas: [apiKeySchema], briefly: true })
  const { db, place } = tables
  return { keys: new ManageKeys({ ...deps, keys: new SqlApiKeys(db) }), place, close: () => tables.close() }
}

/** No server takes keys from a data directory that came into being beside no project. @throws {StartError} */
function refuseWrongFolder({ databaseUrl, dataDir }: CommandSettings): void {
  const isNamed = databaseUrl !== null || dataDir !== DEFAULT_DATA_DIR
  // A project may have its config elsewhere.
  if (isNamed || [dataDir, 'package.json'].some((path) => existsSync(path)) || configHere() !== null) return
  throw new StartError(
    `There is neither a project nor a data directory in ${resolve()}. Go to the folder of your project, or set ERRAND_DATA_DIR or ERRAND_DATABASE_URL to the whole path or address of its server's data.`,
  )
}
