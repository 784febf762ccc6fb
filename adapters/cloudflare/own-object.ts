import type { DurableObjectStorage } from '@cloudflare/workers-types'
import type { SqlDatabase } from '#adapters/sql/database.ts'
import { type SqlSchema, migrate } from '#adapters/sql/schema.ts'
import { DurableObjectDatabase } from './database.ts'

/** The database inside of an author's own Durable Object, with these tables made and brought up to date. */
export async function openObjectDatabase(
  storage: DurableObjectStorage,
  tables: readonly SqlSchema[],
): Promise<SqlDatabase> {
  const database = new DurableObjectDatabase(storage)
  await migrate(database, ...tables)
  return database
}
