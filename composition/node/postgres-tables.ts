import { PostgresDatabase } from '#adapters/postgres/database.ts'
import { PostgresOutageRetry } from '#adapters/postgres/outage-retry.ts'
import { type PoolStart, openPool, placeOf } from './postgres-start.ts'
import type { StorageWorld } from './storage.ts'

/** @throws {StartError} */
export async function openPostgresTables(start: PoolStart, world: Pick<StorageWorld, 'clock' | 'logger'>) {
  const { pool, migrated } = await openPool(start, world)
  // A command at a terminal waits for no outage.
  const retry = new PostgresOutageRetry({ clock: world.clock, patienceMs: 0 })
  return { place: placeOf(start.url), db: new PostgresDatabase(pool, retry), migrated, close: () => pool.end() }
}
