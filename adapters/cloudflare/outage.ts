import { type AppError, ERROR_CODES, type ErrorCode } from '#domain/app-error.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import { type Refusal, RefusedError, refusalOf } from './job-stub.ts'

/** What the platform says of an error of its own (https://developers.cloudflare.com/durable-objects/best-practices/error-handling/). */
interface PlatformError extends Error {
  /** Nothing speaks against asking again at once, where asking twice does no harm. */
  readonly retryable?: boolean
  /** Too many ask already. */
  readonly overloaded?: boolean
  /** The object was reset, by a deploy or for a limit. */
  readonly durableObjectReset?: boolean
}

/** As errors say that have lost their properties on the way. */
const OBJECT_OUTAGE =
  /network connection lost|is overloaded|durable object.*reset|caused object to be reset|code was updated|internal error; reference/i

/** What D1 says of a statement and not of itself; a full database and one that cannot be read or written are outages. */
const OF_A_STATEMENT =
  /SQLITE_(?!FULL|BUSY|LOCKED|IOERR|NOMEM|CANTOPEN)|D1_TYPE_ERROR|D1_COLUMN_NOTFOUND|malformed JSON/

function isObjectOutage(error: unknown): error is PlatformError {
  if (!(error instanceof Error)) return false
  const { retryable, overloaded, durableObjectReset, message }: PlatformError = error
  return retryable === true || overloaded === true || durableObjectReset === true || OBJECT_OUTAGE.test(message)
}

/** What `error` of D1 is to the caller: a statement that is wrong stays what it is, all else is an outage. */
export function d1Problem(error: unknown): unknown {
  const isOurs = error instanceof TypeError || (error instanceof Error && OF_A_STATEMENT.test(error.message))
  return isOurs ? error : new StorageUnavailableError(error)
}

/** An error of ours arrives without its class, and with its properties. */
function refusalIn(error: unknown): Refusal | null {
  const isOurs = error instanceof Error && 'code' in error && ERROR_CODES.includes(error.code as ErrorCode)
  return isOurs ? refusalOf(error as AppError) : null
}

/** Whether asking an object twice does no more than asking once. */
export interface Asking {
  readonly repeatable: boolean
}

/**
 * Asks an object. `call` must look its stub up, for one that has failed stays broken. An outage that the platform calls retryable is met by asking once more,
 * where that does no harm.
 * @throws {StorageUnavailableError} when the object is overloaded, was reset or cannot be reached; and what the object itself throws.
 */
export async function askObject<T>(call: () => Promise<T>, { repeatable }: Asking): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const refusal = refusalIn(error)
    if (refusal) throw new RefusedError(refusal)
    if (!isObjectOutage(error)) throw error
    if (!repeatable || error.retryable !== true || error.overloaded === true) throw new StorageUnavailableError(error)
  }
  return askObject(call, { repeatable: false })
}
