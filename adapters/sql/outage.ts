import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { BatchOutcome } from './grouped.ts'

/**
 * What SQLite says when it cannot store or read now (https://www.sqlite.org/rescode.html). By its words, for a code gets lost between threads and
 * other drivers have other fields.
 */
const OUTAGE =
  /database or disk is full|disk I\/O error|readonly database|(?:database|table|schema) is locked|unable to open database|disk image is malformed|file is not a database|SQLITE_(?:FULL|IOERR|READONLY|BUSY|LOCKED|CANTOPEN|CORRUPT|NOTADB)/

const DISK_FULL = /database or disk is full|SQLITE_FULL/

/** The error, or `StorageUnavailableError` where it says that the database cannot be used now. */
export function outageOr(error: unknown): unknown {
  return error instanceof Error && OUTAGE.test(error.message) ? new StorageUnavailableError(error) : error
}

/** The same of what became of a batch. */
export function toldAsOutage(outcome: BatchOutcome): BatchOutcome {
  return 'error' in outcome ? { error: outageOr(outcome.error) } : outcome
}

/** Whether the batch was undone because the disk is full. */
export function foundDiskFull(outcome: BatchOutcome): boolean {
  return 'error' in outcome && outcome.error instanceof Error && DISK_FULL.test(outcome.error.message)
}
