import { AppError } from '../errors.ts'

// What a caller can be told beside what went wrong with a job: why something is not done for them.

/** Only what is finished can be deleted. */
export class JobNotFinishedError extends AppError {
  readonly code = 'job_not_finished'

  constructor(jobId: string, status: string) {
    super(`Job ${jobId} is ${status}. Cancel it first, and delete it when it is canceled.`)
  }
}

/** Only what did not succeed can be tried again. */
export class JobNotRetryableError extends AppError {
  readonly code = 'job_not_retryable'

  constructor(jobId: string, status: string) {
    super(`Job ${jobId} is ${status}. Only a job that has failed or was canceled can be retried.`)
  }
}

export class CallNotFoundError extends AppError {
  readonly code = 'call_not_found'

  constructor(jobId: string, callId: string) {
    super(`Job ${jobId} has no call "${callId}".`)
  }
}

/** The job ended with calls that may have had their effect. Until each is resolved, repeating or deleting the job could lead to a second one. */
export class OutcomeUnknownError extends AppError {
  readonly code = 'outcome_unknown'

  constructor(jobId: string, calls: readonly { readonly callId: string; readonly name: string }[]) {
    const named = calls.map(({ callId, name }) => `"${callId}" of ${name}`).join(', ')
    super(
      `Job ${jobId} ended with calls whose outcome is not known: ${named}. Resolve each with POST /jobs/{id}/calls/{callId}/resolve first.`,
    )
  }
}

/** The key has been used for another request. */
export class IdempotencyKeyReusedError extends AppError {
  readonly code = 'idempotency_key_reused'

  constructor() {
    super('This Idempotency-Key was used for another request. Use a new key for each new request.')
  }
}

/** The caller may ask again later: `retryAfterMs` from now. */
export class QueueFullError extends AppError {
  readonly code = 'queue_full'
  override readonly retryable = true
  readonly retryAfterMs: number

  constructor(most: number, retryAfterMs: number) {
    super(`There are ${String(most)} unfinished jobs already, which is as many as there may be. Try again later.`)
    this.retryAfterMs = retryAfterMs
  }
}

/** The callback that was asked for cannot be made. */
export class CallbackRefusedError extends AppError {
  readonly code = 'callback_refused'
}

export class DeliveryNotFoundError extends AppError {
  readonly code = 'delivery_not_found'

  constructor(jobId: string, deliveryId: string) {
    super(`Job ${jobId} has no delivery "${deliveryId}".`)
  }
}

/** The message was sent again a moment ago. */
export class RedeliveredRecentlyError extends AppError {
  readonly code = 'redelivered_recently'
  override readonly retryable = true
  readonly retryAfterMs: number

  constructor(deliveryId: string, retryAfterMs: number) {
    super(`Delivery ${deliveryId} was sent again less than 10 s ago. Try again later.`)
    this.retryAfterMs = retryAfterMs
  }
}

/** Every redelivery is an event, and the journal of a job must not grow for ever. */
export class RedeliveryLimitError extends AppError {
  readonly code = 'redelivery_limit'

  constructor(jobId: string, most: number) {
    super(`The messages of job ${jobId} were sent again ${String(most)} times, which is as often as they may be.`)
  }
}

export class OperationNotFoundError extends AppError {
  readonly code = 'operation_not_found'

  constructor(operationId: string) {
    super(`There is no operation "${operationId}".`)
  }
}
