import pg from 'pg'
import { nameStatements } from './named-statements.ts'

/** The schema of our tables, so that Errand can share a database with other programs. */
export const SCHEMA = 'errand'

/**
 * Times and counts are `BIGINT`, and all of ours fit a number: the driver would give them as text.
 */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)

export interface PoolOptions {
  readonly url: string
  /** Most connections at once; who finds none free waits for one. */
  readonly connections: number
  /** How long an idle connection is kept; 0 keeps it for ever. */
  readonly idleMs?: number
  /**
   * After this a statement without an answer fails, and its connection is given up; 0 waits for as
   * long as it takes.
   */
  readonly answerMs: number
}

/**
 * Statement timeout. Without it, a silent failure (a failover, a cable) would block until TCP gives
 * up, after a quarter of an hour.
 */
export const ANSWER_MS = 15_000

/**
 * Set on each new connection, and not in its startup message, which poolers such as PgBouncer
 * refuse. No sequential scans: prepared plans must use the indexes even when a table was empty at
 * planning time. No JIT: it is on up to Postgres 17, and would compile every plan without an index.
 * Generic plans: by default a statement with arrays is planned at each execution, because a plan for
 * its length looks cheaper. That was half of the CPU time of a read or a commit.
 */
const SESSION = `SET search_path = ${SCHEMA}; SET enable_seqscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan`

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
    // Statements of a transaction go out one after the other without waiting for answers in
    // between.
    pipeline: true,
    connectionTimeoutMillis: 10_000,
  })
  // An idle connection that breaks is replaced at the next use.
  pool.on('error', () => undefined)
  // A connection that breaks in use fails its query. It also emits an error, and without a listener
  // that would end the process.
  pool.on('connect', (client) => {
    nameStatements(client)
    client.on('error', () => undefined)
  })
  return pool
}
