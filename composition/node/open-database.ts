import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { type SqlSchema, migrate } from '#adapters/sql/schema.ts'

/** An SQLite database with an author's tables, for their tests and scripts. `:memory:` is kept nowhere. */
export async function openDatabase(path: string, tables: readonly SqlSchema[]): Promise<SqliteDatabase> {
  const database = new SqliteDatabase(path)
  await migrate(database, ...tables)
  return database
}
