import { OutageRetry, type OutageRetryOptions } from '#adapters/sql/outage-retry.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'

/** Hosts make a database read-only when its disk is nearly full, and a standby is. */
const READ_ONLY = '25006'
/**
 * SQLSTATE classes and codes of an unavailable server
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html). Connections that broke (08). A
 * server that stops, starts, takes no writes, or lacks disk, memory or connections (53). Statements
 * that its timeouts end (57014, 55P03).
 */
const AWAY = new RegExp(`^(?:08...|57P0[1235]|53[1-4]00|57014|55P03|${READ_ONLY})$`)
/** Codes of the system and the driver for an unreachable server. */
const UNREACHABLE = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/
const BROKEN =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client was closed|not queryable/

/** Rolled back because of a concurrent transaction: deadlock, serialization. */
const IN_THE_WAY = /^40(?:001|P01)$/

/** Whether the same may succeed as soon as the server is back, or the others are done. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof StorageUnavailableError || isStalePlan(error)) return true
  const code = 'code' in error ? String(error.code) : ''
  // A Unix socket that is not there yet.
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect'
  return AWAY.test(code) || IN_THE_WAY.test(code) || UNREACHABLE.test(code) || BROKEN.test(error.message)
}

/** At a start the address is wrong, rather than the server away. */
export function isReadOnly(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === READ_ONLY) || isReadOnly(error.cause)
}

/**
 * A release changed a table after the statement was planned. The connection with that plan is given up with this error.
 * It is known by where it comes from: its words depend on the server's language.
 */
function isStalePlan(error: Error): boolean {
  return 'routine' in error && error.routine === 'RevalidateCachedQuery'
}

export type PostgresOutageRetryOptions = Omit<OutageRetryOptions, 'isOutage'>

/** `OutageRetry` for what Postgres and its driver say. */
export class PostgresOutageRetry extends OutageRetry {
  constructor(options: PostgresOutageRetryOptions) {
    super({ ...options, isOutage })
  }
}
