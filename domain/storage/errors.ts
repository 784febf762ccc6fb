import { AppError } from '../app-error.ts'

/** Another writer changed the job since this one read it. Read again before acting. */
export class VersionConflictError extends AppError {
  readonly code = 'version_conflict'
  override readonly retryable = true

  constructor(jobId: string, version: number) {
    super(`Job ${jobId} is no longer at version ${String(version)}.`)
  }
}

/** The job was never stored: its id is taken, or its store failed. What was begun for it ends. */
export class NotStoredError extends AppError {
  readonly code = 'version_conflict'
  override readonly retryable = true

  constructor(jobId: string) {
    super(`Job ${jobId} was not stored.`)
  }
}

/** What jobs are stored in cannot be reached now. Whether something that was to be written has been is not known. */
export class StorageUnavailableError extends AppError {
  readonly code = 'storage_unavailable'
  override readonly retryable = true
  readonly retryAfterMs = 5000

  constructor(cause: unknown) {
    super(
      'The database cannot be reached at the moment. Try again soon; with an Idempotency-Key nothing is done twice.',
      { cause },
    )
  }
}

/** It was stored by a newer release, and this one cannot read it. It is left as it is, to servers that can. */
export class NewerFormatError extends AppError {
  readonly code = 'newer_format'
  override readonly retryable = true
  readonly retryAfterMs = 5000

  /** @param what begins the sentence: `Job job_…`. @param unknown is what this release does not know of it: `event "job.paused"`. */
  constructor(what: string, unknown: string) {
    super(
      `${what} was written by a newer release of Errand: this server does not know its ${unknown}. Ask again, for another server may.`,
    )
  }
}
