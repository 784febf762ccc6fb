import { StartError } from '#adapters/node/start-error.ts'
import { isUpToDate, migrateAll } from '#adapters/postgres/migrate.ts'
import { Patience } from '#adapters/postgres/patience.ts'
import { QUEUE_SCHEMA, createPool } from '#adapters/postgres/pool.ts'
import { startProblem, wordsOf } from '#adapters/postgres/start-problem.ts'
import { WakeQueue } from '#adapters/postgres/wake-queue.ts'
import { SCHEMAS } from './node-schemas.ts'
import type { StorageWorld } from './node-storage.ts'

/** How long a server that starts waits for a database that is away: both may have been started at the same time. */
const PATIENCE_MS = 60_000
/** How often it says that it waits. */
const TELL_EVERY_MS = 5000

/** For whoever makes tables. */
const CONNECTIONS = 4

export interface DatabaseStart {
  readonly url: string
  /** For a command at a terminal: nothing is waited for, and what is up to date is left alone. */
  readonly briefly: boolean
  readonly leaseMs: number
}

/**
 * Brings the database up to date, as soon as there is one. What waiting does not mend (a wrong password, a missing right) is told at once.
 * @throws {StartError} with what to do.
 */
export async function prepareDatabase(
  { url, briefly, leaseMs }: DatabaseStart,
  { clock, logger }: Pick<StorageWorld, 'clock' | 'logger'>,
): Promise<void> {
  let toldAt = Number.NEGATIVE_INFINITY
  const onRest = (error: unknown): void => {
    if (clock.monotonic() - toldAt < TELL_EVERY_MS) return
    toldAt = clock.monotonic()
    logger.warn('Waiting for the database of ERRAND_DATABASE_URL, which cannot be used yet.', {
      address: new URL(url).host,
      reason: wordsOf(error),
    })
  }
  // An index over a table that is there already, and somebody else's migration, may take as long as they take.
  const pool = createPool({ url, connections: CONNECTIONS, answerMs: 0 })
  const queue = new WakeQueue({ pool, clock, logger, schema: QUEUE_SCHEMA, leaseMs, onDue: () => undefined })
  const starting = new Patience({ clock, patienceMs: briefly ? 0 : PATIENCE_MS, onRest })
  const patience = new Patience({ clock, patienceMs: 0 })
  try {
    await starting.keep(async () => {
      if (briefly && (await isUpToDate(pool, SCHEMAS))) return
      await migrateAll({ pool, patience, queue, schemas: SCHEMAS })
    })
  } catch (cause) {
    void pool.end()
    throw new StartError(`Cannot use the database of ERRAND_DATABASE_URL: ${startProblem(cause, url)}`, { cause })
  }
  // Before others are opened: a database may have room for few.
  await pool.end()
}
