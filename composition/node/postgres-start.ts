import type { Pool } from 'pg'
import type { SchemaChange, SqlSchema } from '#adapters/sql/schema.ts'
import { OutageRetry } from '#adapters/sql/outage-retry.ts'
import { StartError } from '#adapters/node/process/start-error.ts'
import { isReady, isUpToDate, migrateAll } from '#adapters/postgres/migrate.ts'
import { PostgresOutageRetry, isOutage, isReadOnly } from '#adapters/postgres/outage-retry.ts'
import { ANSWER_MS, createPool } from '#adapters/postgres/pool.ts'
import { startProblem, wordsOf } from '#adapters/postgres/start-problem.ts'
import type { StorageWorld } from './storage.ts'

/** How long a server that starts waits for a database that is away: both may have been started at the same time. */
const PATIENCE_MS = 60_000
/** How often it says that it waits. */
const TELL_EVERY_MS = 5000

/** Most connections of one process, beside that of its probe. */
const CONNECTIONS = 10
/**
 * Connections for a migration, beside the one that found tables missing. It is low, because a database may have few
 * free.
 */
const TO_MIGRATE = 3

export interface PoolStart {
  readonly url: string
  /** For a command at a terminal: nothing is waited for, and what is up to date is left alone. */
  readonly briefly: boolean
  /** The tables to bring up to date. */
  readonly schemas: readonly SqlSchema[]
}

export interface OpenPool {
  readonly pool: Pool
  readonly migrated: readonly SchemaChange[]
}

/**
 * Connects to the database as soon as it is available, and brings it up to date. An error that waiting cannot fix (a
 * wrong password, a missing right) is thrown at once.
 * @throws {StartError} with what to do.
 */
export async function openPool(start: PoolStart, world: Pick<StorageWorld, 'clock' | 'logger'>): Promise<OpenPool> {
  const { url, briefly, schemas } = start
  const pool = createPool({ url, connections: CONNECTIONS, answerMs: ANSWER_MS })
  const starting = new OutageRetry({
    clock: world.clock,
    isOutage: (error) => isOutage(error) && !isReadOnly(error),
    patienceMs: briefly ? 0 : PATIENCE_MS,
    onRest: tellOfWaiting(url, world),
  })
  let migrated: readonly SchemaChange[] = []
  try {
    await starting.keep(async () => {
      if (await (briefly ? isUpToDate(pool, schemas) : isReady({ pool, schemas }))) return
      migrated = await bringUpToDate({ url, schemas }, world)
    })
  } catch (cause) {
    void pool.end()
    throw new StartError(`Cannot use the database of ERRAND_DATABASE_URL: ${startProblem(cause, url)}`, { cause })
  }
  return { pool, migrated }
}

/**
 * Over connections without a statement timeout: an index over an existing table, or another server's migration, may
 * take long.
 */
async function bringUpToDate(
  { url, schemas }: { readonly url: string; readonly schemas: readonly SqlSchema[] },
  { clock }: Pick<StorageWorld, 'clock'>,
): Promise<readonly SchemaChange[]> {
  const pool = createPool({ url, connections: TO_MIGRATE, answerMs: 0 })
  const retry = new PostgresOutageRetry({ clock, patienceMs: 0 })
  try {
    return await migrateAll({ pool, retry, schemas })
  } finally {
    await pool.end()
  }
}

function tellOfWaiting(
  url: string,
  { clock, logger }: Pick<StorageWorld, 'clock' | 'logger'>,
): (error: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return (error) => {
    if (clock.monotonic() - toldAt < TELL_EVERY_MS) return
    toldAt = clock.monotonic()
    logger.warn('Waiting for the database of ERRAND_DATABASE_URL, which cannot be used yet.', {
      address: new URL(url).host,
      reason: wordsOf(error),
    })
  }
}

/** Without the name and the password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `postgres at ${host}${pathname}`
}
