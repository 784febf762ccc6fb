import pg from 'pg'
import { nameStatements } from './named-statements.ts'

/** All that is ours, so that it is in nobody's way, nor they in ours, in a database that is there for more than Errand. */
export const SCHEMA = 'errand'

/** Times and counts are `BIGINT`, and all of ours fit a number: the driver would give them as text. */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)

export interface PoolOptions {
  readonly url: string
  /** Most connections at once; who finds none free waits for one. */
  readonly connections: number
  /** How long a connection that nobody uses is kept; 0 keeps it for good. */
  readonly idleMs?: number
  /** After this a statement without an answer fails, and its connection is given up; 0 waits for as long as it takes. */
  readonly answerMs: number
}

/** A server that went away without a word (a failover, a cable) would be waited for until TCP gives up, which is a quarter of an hour. */
export const ANSWER_MS = 15_000

/**
 * Said on each new connection, and not in its startup message, which poolers such as PgBouncer refuse.
 * Without sequential scans: statements are planned once, maybe while a table is almost empty; each is written for an index, and is to use it when
 * the table has grown. Without JIT: up to Postgres 17 it is on, and takes what has no index for dear enough to compile.
 */
const SESSION = `SET search_path = ${SCHEMA}; SET enable_seqscan = off; SET jit = off`

export function createPool({ url, connections, answerMs, idleMs = 10_000 }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: idleMs,
    query_timeout: answerMs,
    types,
    application_name: 'errand',
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it, though its types do not say so
    onConnect: (client) => client.query(SESSION),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Statements of a transaction go out one after the other without waiting for answers in between.
    pipeline: true,
    connectionTimeoutMillis: 10_000,
  })
  // A connection that breaks while nobody uses it is replaced when somebody wants one.
  pool.on('error', () => undefined)
  // One that breaks in somebody's hands tells them by what they ask of it; it says so itself too, and that nobody heard it would end the process.
  pool.on('connect', (client) => {
    nameStatements(client)
    client.on('error', () => undefined)
  })
  return pool
}
