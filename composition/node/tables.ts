import type { SqlDatabase } from '#adapters/sql/database.ts'
import type { SchemaChange, SqlSchema } from '#adapters/sql/schema.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { type CommandSettings, passwordsIn } from '../settings/command.ts'
import { createNodeLogger } from './logger.ts'
import { needsPostgres } from './needs-postgres.ts'
import { openSqliteFile } from './sqlite-file.ts'

/** A database for a command that needs its tables, and nothing that executes. */
export interface OpenTables {
  /** Where the data is, for people. */
  readonly place: string
  readonly db: SqlDatabase
  /** What had to be done to the tables. */
  readonly migrated: readonly SchemaChange[]
  close(): Promise<void>
}

export interface TablesOptions {
  readonly schemas: readonly SqlSchema[]
  /** A database that is away is not waited for, and one that is up to date is left alone. */
  readonly briefly: boolean
}

/** @throws {StartError} */
export async function openTables(
  { dataDir, databaseUrl: url }: Pick<CommandSettings, 'dataDir' | 'databaseUrl'>,
  { schemas, briefly }: TablesOptions,
): Promise<OpenTables> {
  const logger = createNodeLogger(passwordsIn(url))
  if (url === null) {
    const { db, migrated } = await openSqliteFile(dataDir, { schemas, logger })
    return { place: dataDir, db, migrated, close: () => db.close() }
  }
  const { openPostgresTables } = await import('./postgres-tables.ts').catch(needsPostgres)
  return openPostgresTables({ url, schemas, briefly }, { clock: new SystemClock(), logger })
}
