import { AppError } from '../app-error.ts'

export class BatchNotFoundError extends AppError {
  readonly code = 'batch_not_found'

  constructor(batchId: string) {
    super(`There is no batch "${batchId}".`)
  }
}

/** The upload began elsewhere than where the batch's items end. */
export class UploadConflictError extends AppError {
  readonly code = 'upload_conflict'
  readonly next: number

  constructor(from: number, next: number) {
    super(
      `The batch has ${String(next)} lines, and the upload begins after ${String(from)}. Go on from ${String(next)}.`,
    )
    this.next = next
  }
}

export class BatchClosedError extends AppError {
  readonly code = 'batch_closed'

  constructor(batchId: string, next: number) {
    super(`The batch ${batchId} takes no more items. It has ${String(next)} lines.`)
  }
}

/** The unfinished batches of the tenant have as many lines as they may have. */
export class TooManyItemsError extends AppError {
  readonly code = 'too_many_items'
  override readonly retryable = true
  readonly retryAfterMs = 30_000

  constructor(lines: number, most: number) {
    super(
      `Unfinished batches have ${String(lines)} lines already, and may have ${String(most)}. Close or cancel those that get no more lines, and go on when one has ended.`,
    )
  }
}

/** The batch alone has as many lines as all batches of its tenant may have, so no wait makes room in it. */
export class BatchFullError extends AppError {
  readonly code = 'batch_full'

  constructor(batchId: string, next: number, most: number) {
    super(
      `The batch ${batchId} has ${String(next)} lines, and more lines than ${String(most)} are too many for any batch (ERRAND_MAX_BATCH_ITEMS). Close it, and add the others to another batch when it has ended.`,
    )
  }
}

export class BatchFinishedError extends AppError {
  readonly code = 'batch_finished'

  constructor(batchId: string, status: string, action: string) {
    super(`Cannot ${action} the batch ${batchId}: it is ${status}.`)
  }
}

export class BatchNotFinishedError extends AppError {
  readonly code = 'batch_not_finished'

  constructor(batchId: string, status: string) {
    super(`The failed items of the batch ${batchId} can be retried when it is finished: it is ${status}.`)
  }
}

/** A retry would end as the batch has ended: no item of it has failed, or only lines that cannot be items. */
export class NothingToRetryError extends AppError {
  readonly code = 'nothing_to_retry'

  constructor(batchId: string, failed: number) {
    super(
      failed === 0
        ? `The batch ${batchId} has no failed items.`
        : `0 of the ${String(failed)} failed items of the batch ${batchId} can be retried: their lines are the problem. Correct those, and upload them as a new batch.`,
    )
  }
}
