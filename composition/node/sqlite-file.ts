import { join } from 'node:path'
import { makeDirectory, makePrivateFile } from '#adapters/node/sqlite/data-directory.ts'
import { dataProblem } from '#adapters/node/sqlite/data-problem.ts'
import { SqliteWriter } from '#adapters/node/sqlite/writer.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import { textAt } from '#adapters/sql/database.ts'
import { NewerSchemaError, type SchemaChange, type SqlSchema, StatementError, migrate } from '#adapters/sql/schema.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { Logger } from '#ports/logger.ts'

export interface SqliteFileOptions {
  /** The tables to bring up to date. */
  readonly schemas: readonly SqlSchema[]
  readonly logger: Logger
}

/** The database of a data directory, which is made where there is none. @throws {StartError} */
export async function openSqliteFile(
  dataDir: string,
  { schemas, logger }: SqliteFileOptions,
): Promise<{ readonly db: SqliteWriter; readonly migrated: readonly SchemaChange[] }> {
  const file = join(dataDir, 'errand.db')
  const db = openFile(dataDir, logger)
  return { db, migrated: await bringUpToDate(db, { file, dataDir, schemas }) }
}

interface DataFile {
  readonly file: string
  readonly dataDir: string
  readonly schemas: readonly SqlSchema[]
}

async function bringUpToDate(db: SqliteWriter, { file, dataDir, schemas }: DataFile): Promise<readonly SchemaChange[]> {
  try {
    await checkOwner(db, file)
    return await migrate(db, ...schemas)
  } catch (error) {
    await db.close()
    if (error instanceof StartError) throw error
    if (error instanceof NewerSchemaError || error instanceof StatementError)
      throw new StartError(error.message, { cause: error })
    const cause = error instanceof StorageUnavailableError ? error.cause : error
    throw new StartError(dataProblem(cause, file, dataDir), { cause })
  }
}

/** @throws {StartError} where another program has made the tables. */
async function checkOwner(db: SqliteWriter, file: string): Promise<void> {
  const rows = await db.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
  const tables = rows.map((row) => textAt(row, 'name'))
  if (tables.length === 0 || tables.includes('schema_versions')) return
  const some = tables.slice(0, 3).join(', ')
  throw new StartError(
    `${file} is the database of another program (its tables: ${some}). Move it away, or set ERRAND_DATA_DIR to another directory.`,
  )
}

function openFile(dataDir: string, logger: Logger): SqliteWriter {
  const onFailure = (error: unknown): void => {
    logger.error(
      'The database cannot be used any more, so this process ends. What it was at goes on at the next start.',
      error,
    )
    process.exit(1)
  }
  const file = join(dataDir, 'errand.db')
  try {
    makeDirectory(dataDir)
    makePrivateFile(file)
    return new SqliteWriter(file, { onFailure })
  } catch (cause) {
    throw new StartError(dataProblem(cause, file, dataDir), { cause })
  }
}
